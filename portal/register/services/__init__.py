"""Who changes what in the register; services know no HTTP."""
