// Light or dark: the system's choice until the reader chooses. Runs before the page is drawn.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const kept = () => {
    try {
      return localStorage.getItem("holdfast.theme");
    } catch {
      return null; // no storage: the system's choice
    }
  };
  const dark = () => (kept() ?? (system.matches ? "dark" : "light")) === "dark";

  const show = () => {
    root.dataset.theme = dark() ? "dark" : "light";
    const button = document.getElementById("theme");
    if (button) {
      button.textContent = dark() ? "Light" : "Dark";
      button.setAttribute("aria-label", dark() ? "Light colours" : "Dark colours");
    }
    dispatchEvent(new CustomEvent("theme"));
  };

  system.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme").addEventListener("click", () => {
      const next = dark() ? "light" : "dark";
      try {
        localStorage.setItem("holdfast.theme", next);
      } catch {
        root.dataset.theme = next;
        dispatchEvent(new CustomEvent("theme"));
        return;
      }
      show();
    });
    show();
  });
  show();
})();
