"""Who may open and send to each address of the portal, as one table; a URL missing here fails.

Addresses lead to things of unit A or of its association; see tests.factories.world. In the rows:
``ok`` let through (the form may still say what is wrong), ``login`` sent to sign in, ``gone`` sent
back to the admin's first page as for a row that is not there, else the status: 404 to strangers, 403
to colleagues without the right, 405 where the address knows no such request.
"""
# fmt: off

from __future__ import annotations

from dataclasses import dataclass

# Unit A's people, a member of another unit with every right, the partner's administrator, an officer
# of another association, the own association's staff, an operator, an officer filling in for unit A,
# an expert of the association with a file of unit D before her.
SITE_ROLES = (
    "anonymous", "filler", "approver", "keeper", "administrator", "stranger", "partner",
    "other_staff", "officer", "head", "official", "superuser", "on_behalf", "expert",
)
ADMIN_ROLES = (
    "anonymous", "filler", "other_staff", "official", "officer", "head", "superuser",
)


@dataclass(frozen=True)
class Access:
    """Addresses that answer alike; the answers stand in the order of the roles."""

    says: str
    get: str
    post: str
    names: str


# anon  fill  appr  keep  admin stran partn other offic head  offl  super behalf expert
SITE = (
    Access(
        "anybody reads",
        get ="ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok",
        post="405   405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="""
            clock styleguide healthz privacy robots account_inactive
            account_email_verification_sent account_reset_password_from_key_done
            account_reset_password_done home calls:notices calls:notice
            calls:attachment calls:list calls:detail calls:calendar calls:results
            objections:check objections:receipt
            calls:blank_form showcase:projects showcase:project showcase:photo
        """,
    ),
    Access(
        "anybody reads and sends",
        get ="ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok",
        post="ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok",
        names="""
            language account_login account_logout account_signup account_reset_password
            account_reset_password_from_key set_language documents:verify documents:verify_code
            register:activate register:accept desk:join objections:file
        """,
    ),
    Access(
        "everybody signed in, about herself",
        get ="login ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok",
        post="login ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok",
        names="""
            account_reauthenticate account_email account_change_password account_set_password
            account_confirm_login_code mfa_authenticate mfa_reauthenticate mfa_activate_totp
            mfa_generate_recovery_codes register:organisation register:profile
        """,
    ),
    Access(
        "a link from a mail; the one tried here is worthless",
        get ="ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok",
        post="404   404   404   404   404   404   404   404   404   404   404   404   404   404",
        names="account_confirm_email",
    ),
    Access(
        "everybody signed in, of her own things",
        get ="login ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="mfa_index register:unit mail:inbox applications:my recommend:desks",
    ),
    Access(
        "who has an authenticator; here only the operator",
        get ="login 404   404   404   404   404   404   404   404   404   404   ok    404   404",
        post="login 404   404   404   404   404   404   404   404   404   404   ok    404   404",
        names="mfa_deactivate_totp",
    ),
    Access(
        "who has recovery codes; here nobody",
        get ="login 404   404   404   404   404   404   404   404   404   404   404   404   404",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="mfa_view_recovery_codes",
    ),
    Access(
        "who has recovery codes; here nobody",
        get ="login 404   404   404   404   404   404   404   404   404   404   404   404   404",
        post="login 404   404   404   404   404   404   404   404   404   404   404   404   404",
        names="mfa_download_recovery_codes",
    ),
    Access(
        "members of the unit read",
        get ="login ok    ok    ok    ok    404   404   404   404   404   404   404   404   404",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="register:status seals:detail",
    ),
    Access(
        "administrators of the unit",
        get ="login 403   403   403   ok    404   404   404   404   404   404   404   404   404",
        post="login 403   403   403   ok    404   404   404   404   404   404   404   404   404",
        names="register:edit register:associate register:member register:request",
    ),
    Access(
        "everybody signed in; what is not theirs to send is answered with its reasons",
        get ="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        post="login ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok",
        names="register:ask register:stop_on_behalf mail:read_all",
    ),
    Access(
        "members of the unit choose it",
        get ="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        post="login ok    ok    ok    ok    404   404   404   404   404   404   404   404   404",
        names="register:switch",
    ),
    Access(
        "members, of the unit they act for",
        get ="login ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    404   ok",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="register:members seals:index",
    ),
    Access(
        "seal keepers, for the unit they act for",
        get ="login 403   403   ok    403   ok    403   404   404   404   404   404   404   404",
        post="login 403   403   ok    403   ok    403   404   404   404   404   404   404   404",
        names="seals:add_certificate seals:add_image seals:add_service",
    ),
    Access(
        "seal keepers of the unit, and nobody for them",
        get ="login 403   403   ok    403   404   404   404   404   404   404   404   403   404",
        post="login 403   403   ok    403   404   404   404   404   404   404   404   403   404",
        names="applications:seal",
    ),
    Access(
        "seal keepers of the unit",
        get ="login 403   403   ok    403   404   404   404   404   404   404   404   404   404",
        post="login 403   403   ok    403   404   404   404   404   404   404   404   404   404",
        names="seals:revoke",
    ),
    Access(
        "administrators, for the unit they act for",
        get ="login 403   403   403   ok    ok    ok    404   404   404   404   404   404   404",
        post="login 403   403   403   ok    ok    ok    404   404   404   404   404   404   404",
        names="register:invite",
    ),
    Access(
        "administrators of the unit, and everybody for herself",
        get ="login ok    403   403   ok    404   404   404   404   404   404   404   404   404",
        post="login ok    403   403   ok    404   404   404   404   404   404   404   404   404",
        names="register:member_end",
    ),
    Access(
        "administrators of the unit send",
        get ="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        post="login 403   403   403   ok    404   404   404   404   404   404   404   404   404",
        names="register:invitation_renew register:invitation_revoke",
    ),
    Access(
        "the person it was written to",
        get ="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        post="login ok    404   404   404   404   404   404   404   404   404   404   404   404",
        names="mail:read",
    ),
    Access(
        "the person who asked for it",
        get ="login 404   404   404   404   404   404   404   ok    404   404   404   404   404",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="jobs:status jobs:result",
    ),
    Access(
        "fillers, for the unit they act for; staff filling in",
        get ="login ok    403   403   403   ok    403   404   404   404   404   404   ok    404",
        post="login ok    403   403   403   ok    403   404   404   404   404   404   ok    404",
        names="applications:start",
    ),
    Access(
        "members of the unit read; staff filling in",
        get ="login ok    ok    ok    ok    404   404   404   404   404   404   404   ok    404",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="""
            applications:packet applications:form applications:application
            applications:attachment applications:letter outcome:packet outcome:award
            applications:project applications:deliverable_file applications:accounts_pdf
            applications:accounts_scan
        """,
    ),
    Access(
        "fillers of the unit; staff filling in",
        get ="login ok    403   403   403   404   404   404   404   404   404   404   ok    404",
        post="login ok    403   403   403   404   404   404   404   404   404   404   ok    404",
        names="""
            applications:check applications:hand_in applications:step applications:partners
            applications:withdraw applications:avoid applications:completion applications:change
        """,
    ),
    Access(
        "members of the unit read, fillers write; staff filling in",
        get ="login ok    ok    ok    ok    404   404   404   404   404   404   404   ok    404",
        post="login ok    403   403   403   404   404   404   404   404   404   404   ok    404",
        names="applications:deliverable",
    ),
    Access(
        "fillers of the unit read; staff filling in",
        get ="login ok    403   403   403   404   404   404   404   404   404   404   ok    404",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="applications:add",
    ),
    Access(
        "fillers of the unit send; staff filling in",
        get ="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        post="login ok    403   403   403   404   404   404   404   404   404   404   ok    404",
        names="""
            applications:save_plan applications:preview applications:take_back applications:save
            applications:upload applications:detach applications:deliverable_save
            applications:deliverable_secret applications:deliverable_upload
            applications:deliverable_detach applications:change_take_back
        """,
    ),
    Access(
        "fillers of the unit; this application has no such step",
        get ="login 404   403   403   403   404   404   404   404   404   404   404   404   404",
        post="login 404   403   403   403   404   404   404   404   404   404   404   404   404",
        names="applications:plan_step applications:recommender",
    ),
    Access(
        "approvers of the unit, and nobody for them",
        get ="login 403   ok    403   403   404   404   404   404   404   404   404   403   404",
        post="login 403   ok    403   403   404   404   404   404   404   404   404   403   404",
        names="applications:signoff outcome:give_up",
    ),
    Access(
        "seal keepers and fillers of the unit send; staff filling in",
        get ="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        post="login ok    403   ok    403   404   404   404   404   404   404   404   ok    404",
        names="applications:scan applications:accounts_stamped",
    ),
    Access(
        "members of the unit and the association it was handed in to",
        get ="login ok    ok    ok    ok    404   404   404   ok    ok    ok    ok    ok    404",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="""
            applications:receipt applications:receipt_pdf applications:version
            applications:version_pdf applications:version_word applications:scan_file
        """,
    ),
    Access(
        "members of the recommending unit read; staff never recommend for one",
        get ="login ok    ok    ok    ok    404   404   404   404   404   404   404   404   404",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="""
            recommend:desk recommend:compare recommend:entry recommend:list
        """,
    ),
    Access(
        "members of the recommending unit, and the association it was handed in to",
        get ="login ok    ok    ok    ok    404   404   404   404   404   404   ok    404   404",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="recommend:table_pdf recommend:receipt_pdf recommend:paper",
    ),
    Access(
        "fillers of the recommending unit send",
        get ="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        post="login ok    403   403   403   404   404   404   404   404   404   404   404   404",
        names="""
            recommend:place recommend:opinion recommend:refuse recommend:return
            recommend:reconsider recommend:order recommend:pass_to recommend:freeze
            recommend:take_back recommend:letter recommend:hand_in
        """,
    ),
    Access(
        "seal keepers and fillers of the recommending unit send",
        get ="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        post="login ok    403   ok    403   404   404   404   404   404   404   404   404   404",
        names="recommend:scan",
    ),
    Access(
        "seal keepers of the recommending unit; staff never seal for one",
        get ="login 403   403   ok    403   404   404   404   404   404   404   404   404   404",
        post="login 403   403   ok    403   404   404   404   404   404   404   404   404   404",
        names="recommend:seal",
    ),
    Access(
        "administrators of the partner send",
        get ="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        post="login 404   404   404   404   404   ok    404   404   404   404   404   404   404",
        names="applications:partner_answer",
    ),
    Access(
        "experts, and each her own file",
        get ="login 404   404   404   404   404   404   404   404   404   404   404   404   ok",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="desk:files desk:file desk:record desk:meeting",
    ),
    Access(
        "experts, about themselves",
        get ="login 404   404   404   404   404   404   404   404   404   404   404   404   ok",
        post="login 404   404   404   404   404   404   404   404   404   404   404   404   ok",
        names="desk:profile",
    ),
    Access(
        "the expert whose file it is sends",
        get ="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        post="login 404   404   404   404   404   404   404   404   404   404   404   404   ok",
        names="""
            desk:clear desk:recuse desk:save desk:sheet desk:drop_tie desk:print_sheet desk:sign
            desk:vote
        """,
    ),
    Access(
        "the expert whose file it is; this application came without files",
        get ="login 404   404   404   404   404   404   404   404   404   404   404   404   404",
        post="login 405   405   405   405   405   405   405   405   405   405   405   405   405",
        names="desk:paper",
    ),
)


# Names without “admin:”.
# anon  fill  other offl  offic head  super
ADMIN = (
    Access(
        "staff of the association read",
        get ="login 404   404   ok    ok    ok    ok",
        post="login 404   405   405   405   405   405",
        names="""
            reviews_call reviews_evening reviews_evening_table reviews_paper_table
            reviews_archive_file reviews_version reviews_paper
            reviews_publicity reviews_award reviews_objection_file
            reviews_dossier reviews_summary reviews_summary_table
            calls_call_editor calls_call_export calls_call_form
            reviews_record
            reviews_submission_change
            reviews_project reviews_deliverable_file reviews_accounts reviews_accounts_scan applications_project_change
            applications_project_history
        """,
    ),
    Access(
        "staff of the association send for exports, officials too",
        get ="login 404   405   405   405   405   405",
        post="login 404   404   ok    ok    ok    ok",
        names="reviews_register reviews_archive_check reviews_forms reviews_dossiers",
    ),
    Access(
        "staff read, working staff decide; an operator decides nothing",
        get ="login 404   404   ok    ok    ok    ok",
        post="login 404   404   403   ok    ok    403",
        names="""
            reviews_awards reviews_feedback reviews_deciding reviews_experts_diff reviews_archive reviews_hand_up
            reviews_deliverable
        """,
    ),
    Access(
        "working staff of the association",
        get ="login 404   404   403   ok    ok    ok",
        post="login 404   404   403   ok    ok    ok",
        names="""
            reviews_publicise reviews_announce
            reviews_sheet reviews_publish reviews_return reviews_refuse reviews_reopen
            reviews_meeting_plan
            people_affiliation_decide people_affiliation_end people_organisation_merge
            people_organisation_hand_over people_organisation_on_behalf
            people_organisation_accept_code calls_call_clone calls_call_discard
            calls_call_publish
            calls_call_settings calls_rule_add calls_rule_edit calls_part_add calls_part_edit
            calls_part_remove calls_form_revise
        """,
    ),
    Access(
        "staff of the association read, working staff write",
        get ="login 404   404   ok    ok    ok    ok",
        post="login 404   404   403   ok    ok    ok",
        names="reviews_objection",
    ),
    Access(
        "all staff read, heads write: days off are the same for every association",
        get ="login 404   ok    ok    ok    ok    ok",
        post="login 404   403   403   403   ok    ok",
        names="holidays_holidayyear_change",
    ),
    Access(
        "staff of the association read and try out; nothing is kept",
        get ="login 404   404   ok    ok    ok    ok",
        post="login 404   404   ok    ok    ok    ok",
        names="calls_call_preview",
    ),
    Access(
        "working staff of the association send; a forged order is answered with its reasons",
        get ="login 404   405   405   405   405   405",
        post="login 404   404   403   ok    ok    ok",
        names="calls_form_order",
    ),
    Access(
        "staff of the association read, working staff write",
        get ="login 404   404   ok    ok    ok    ok",
        post="login 404   404   403   ok    ok    ok",
        names="""
            reviews_panel reviews_assignment reviews_records reviews_meeting reviews_exceptions register_importrun_diff
            calls_notice_editor reviews_paper_register reviews_openness
        """,
    ),
    Access(
        "all staff, each in her own association's rows",
        get ="login 404   ok    ok    ok    ok    ok",
        post="login 404   405   405   405   405   405",
        names="""
            reviews_next password_change_done jsi18n reviews_figures reviews_figures_workbook
            reviews_waiting
            reviews_retention
        """,
    ),
    Access(
        "all staff send; each row is judged by itself",
        get ="login 404   405   405   405   405   405",
        post="login 404   ok    ok    ok    ok    ok",
        names="reviews_accept_many reviews_report logout",
    ),
    Access(
        "all staff; each chosen row is judged by itself",
        get ="login 404   ok    ok    ok    ok    ok",
        post="login 404   ok    ok    ok    ok    ok",
        names="reviews_seal",
    ),
    Access(
        "working staff of the association; an operator decides nothing",
        get ="login 404   404   403   ok    ok    ok",
        post="login 404   404   403   ok    ok    403",
        names="reviews_assign reviews_take_over",
    ),
    Access(
        "working staff of any association read",
        get ="login 404   ok    403   ok    ok    ok",
        post="login 404   405   405   405   405   405",
        names="reviews_experts_template",
    ),
    Access(
        "working staff send; an operator judges nothing",
        get ="login 404   405   405   405   405   405",
        post="login 404   404   403   ok    ok    403",
        names="""
            reviews_check reviews_scan reviews_expert_invite reviews_expert_end reviews_paper_undo
            reviews_take_back reviews_project_act reviews_payment reviews_change
            reviews_retention_keep reviews_list_scan
        """,
    ),
    Access(
        "working staff of the association send",
        get ="login 404   405   405   405   405   405",
        post="login 404   404   403   ok    ok    ok",
        names="""
            reviews_paper_photo reviews_approval reviews_strike reviews_call_off reviews_flag reviews_print calls_call_archive calls_call_step calls_call_attach
            reviews_record_sign
            calls_part_move calls_part_copy calls_notice_act calls_open_point_settle
            calls_open_point_declare calls_rule_ask
        """,
    ),
    Access(
        "all staff, each her own association's rows",
        get ="login 404   ok    ok    ok    ok    ok",
        post="login 404   ok    ok    ok    ok    ok",
        names="""
            index password_change audit_auditentry_changelist mail_message_changelist
            documents_document_changelist seals_seal_changelist
            seals_sealuse_changelist people_affiliation_changelist
            people_factcode_changelist people_yearlyfact_changelist
            register_importrun_changelist people_issuer_changelist people_staffpost_changelist
            people_organisation_codes people_organisation_changelist calls_call_changelist
            calls_call_add calls_call_change calls_notice_changelist calls_notice_add
            calls_notice_change reviews_checkitem_changelist reviews_formalcheck_changelist
            reviews_expert_changelist
            reviews_decision_changelist reviews_submission_changelist reviews_submission_history
            applications_project_changelist
            app_list holidays_holidayyear_changelist holidays_holidayyear_history
        """,
    ),
    Access(
        "leads to the one sign-in page",
        get ="login login login login login login login",
        post="login login login login login login login",
        names="login",
    ),
    Access(
        "asked without naming a field: refused",
        get ="login 404   403   403   403   403   403",
        post="login 404   405   405   405   405   405",
        names="autocomplete",
    ),
    Access(
        "nothing has such an address",
        get ="login 404   404   404   404   404   404",
        post="login 404   404   404   404   404   404",
        names="view_on_site",
    ),
    Access(
        "nobody, not even operators: a second factor is set up by its owner alone",
        get ="login 404   403   403   403   403   403",
        post="login 404   403   403   403   403   403",
        names="register_secondfactor_add",
    ),
    Access(
        "operators read, and change nothing in it",
        get ="login 404   403   403   403   403   ok",
        post="login 404   403   403   403   403   403",
        names="register_secondfactor_change seals_authority_change",
    ),
    Access(
        "operators read",
        get ="login 404   403   403   403   403   ok",
        post="login 404   405   405   405   405   405",
        names="people_user_data",
    ),
    Access(
        "operators",
        get ="login 404   403   403   403   403   ok",
        post="login 404   403   403   403   403   ok",
        names="""
            account_emailaddress_changelist account_emailaddress_add
            account_emailaddress_history account_emailaddress_delete account_emailaddress_change
            register_secondfactor_changelist register_secondfactor_history register_secondfactor_delete
            files_storedfile_changelist
            files_storedfile_history seals_authority_changelist seals_authority_add
            seals_authority_revocations
            seals_authority_history jobs_job_changelist jobs_job_history people_issuer_add
            people_user_changelist people_user_history people_user_change people_user_erase
        """,
    ),
    Access(
        "nobody",
        get ="login 404   403   403   403   403   403",
        post="login 404   403   403   403   403   403",
        names="""
            audit_auditentry_add audit_auditentry_delete files_storedfile_add
            files_storedfile_delete jobs_job_add jobs_job_delete mail_message_add
            mail_message_delete documents_document_add seals_seal_add
            seals_sealuse_add documents_document_delete seals_authority_delete seals_seal_delete
            seals_sealuse_delete
            people_affiliation_add people_affiliation_delete register_importrun_add
            people_issuer_delete people_staffpost_delete people_organisation_delete
            people_user_add people_user_delete calls_call_delete calls_notice_delete
            reviews_formalcheck_add reviews_formalcheck_delete reviews_decision_add
            reviews_expert_delete
            reviews_decision_delete reviews_submission_add reviews_submission_delete
            applications_project_add applications_project_delete
        """,
    ),
    Access(
        "staff of the association read",
        get ="login 404   gone  ok    ok    ok    ok",
        post="login 404   gone  ok    ok    ok    ok",
        names="""
            audit_auditentry_history mail_message_history documents_document_history seals_seal_history
            seals_sealuse_history
            people_affiliation_history people_factcode_history people_yearlyfact_history
            register_importrun_history people_issuer_history people_staffpost_history
            people_organisation_history calls_call_history calls_notice_history
            reviews_expert_history
            reviews_checkitem_history reviews_formalcheck_history reviews_decision_history
        """,
    ),
    Access(
        "staff of the association read, nobody writes",
        get ="login 404   gone  ok    ok    ok    ok",
        post="login 404   403   403   403   403   403",
        names="""
            audit_auditentry_change documents_document_change seals_seal_change
            seals_sealuse_change reviews_formalcheck_change
            reviews_decision_change
        """,
    ),
    Access(
        "operators read, nobody writes",
        get ="login 404   403   403   403   403   ok",
        post="login 404   403   403   403   403   403",
        names="files_storedfile_change jobs_job_change",
    ),
    Access(
        "staff of the association read, working staff write",
        get ="login 404   gone  ok    ok    ok    ok",
        post="login 404   gone  403   ok    ok    ok",
        names="""
            mail_message_change people_affiliation_change people_factcode_change
            people_yearlyfact_change people_organisation_change reviews_checkitem_change
            reviews_expert_change
        """,
    ),
    Access(
        "staff of the association read",
        get ="login 404   404   ok    ok    ok    ok",
        post="login 404   404   ok    ok    ok    ok",
        names="documents_document_file register_importrun_change",
    ),
    Access(
        "working staff of any association, for their own",
        get ="login 404   ok    403   ok    ok    ok",
        post="login 404   ok    403   ok    ok    ok",
        names="""
            people_factcode_add people_yearlyfact_add register_importrun_upload
            people_organisation_add reviews_checkitem_add reviews_expert_add
            reviews_experts_upload
        """,
    ),
    Access(
        "working staff of the association",
        get ="login 404   gone  403   ok    ok    ok",
        post="login 404   gone  403   ok    ok    ok",
        names="""
            people_factcode_delete people_yearlyfact_delete register_importrun_delete
            reviews_checkitem_delete
        """,
    ),
    Access(
        "working staff, of their own association",
        get ="login 404   404   403   404   404   404",
        post="login 404   404   403   404   404   404",
        names="register_importrun_template",
    ),
    Access(
        "staff of the association read, its heads write",
        get ="login 404   gone  ok    ok    ok    ok",
        post="login 404   403   403   403   ok    ok",
        names="people_issuer_change people_staffpost_change",
    ),
    Access(
        "heads of the association send",
        get ="login 404   403   403   403   403   403",
        post="login 404   404   403   403   ok    ok",
        names="people_staffpost_end",
    ),
    Access(
        "heads",
        get ="login 404   403   403   403   ok    ok",
        post="login 404   403   403   403   ok    ok",
        names="people_staffpost_add holidays_holidayyear_add holidays_holidayyear_delete",
    ),
    Access(
        "working staff of any association, for their own",
        get ="login 404   ok    404   ok    ok    ok",
        post="login 404   ok    404   ok    ok    ok",
        names="""
            calls_call_new calls_call_import calls_call_from_notice calls_call_forward
            calls_notice_new
        """,
    ),
    Access(
        "working staff of any association, for their own, send",
        get ="login 404   405   405   405   405   405",
        post="login 404   ok    404   ok    ok    ok",
        names="calls_call_confirm_notice",
    ),
)

# Patterns without a name: Django's old spelling of a row's page, and what the admin says to the rest.
UNNAMED = ("admin/", )
