// Counts down by the server's clock: [data-deadline] shows the time left, [data-server-clock] the time.
(() => {
  "use strict";
  const root = document.documentElement;
  const words = document.getElementById("words")?.dataset ?? {};
  const STALE = 5000; // a page whose time differs more was cached, or this computer's clock is wrong
  let ahead = 0; // milliseconds the server's clock is ahead of this computer's
  let asked = 0;

  const pad = (number) => String(number).padStart(2, "0");

  function remaining(milliseconds) {
    const seconds = Math.floor(milliseconds / 1000);
    const days = Math.floor(seconds / 86400);
    const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
    return (days ? `${days} ${words.day} ` : "") + clock.map(pad).join(":");
  }

  function tick() {
    const now = Date.now() + ahead;
    document.querySelectorAll("[data-deadline]").forEach((place) => {
      const left = Date.parse(place.dataset.deadline) - now;
      const text = left > 0 ? remaining(left) : words.closed;
      if (place.textContent !== text) place.textContent = text;
      if (left <= 0 && !place.dataset.over) {
        place.dataset.over = "yes";
        place.dispatchEvent(new CustomEvent("portal:deadline", { bubbles: true }));
      }
    });
    document.querySelectorAll("[data-server-clock]").forEach((place) => {
      place.textContent = new Date(now).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
    });
  }

  async function ask() {
    const url = root.dataset.clockUrl;
    if (!url || Date.now() - asked < 60000) return;
    asked = Date.now();
    try {
      const sent = Date.now();
      const response = await fetch(url, { cache: "no-store", credentials: "omit" });
      const { now } = await response.json();
      ahead = Date.parse(now) - (sent + Date.now()) / 2;
      tick();
    } catch (error) {
      // The page's own time goes on; the server decides in any case.
    }
  }

  if (!document.querySelector("[data-deadline], [data-server-clock]")) return;
  const stamps = Array.from(document.querySelectorAll("[data-now]"), (place) => Date.parse(place.dataset.now)).filter(Number.isFinite);
  const loaded = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
  if (stamps.length) ahead = Math.max(...stamps) - loaded;
  if (!stamps.length || Math.abs(ahead) > STALE) ask();
  tick();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
})();
