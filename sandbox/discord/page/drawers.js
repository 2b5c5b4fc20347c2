// On a narrow window the channels and the controls are drawers: opened by button, closed by choosing, Escape or the backdrop.

/** Keep the two drawers: `drawers` is a list of {panel, button, narrow: media query, close?: button}; `backdrop` lies below an open one. */
export class Drawers {
  constructor(drawers, backdrop) {
    this.drawers = drawers.map((drawer) => ({ ...drawer, query: matchMedia(drawer.narrow) }));
    this.backdrop = backdrop;
    this.shown = null;
    for (const drawer of this.drawers) {
      drawer.button.addEventListener("click", () => this.toggle(drawer));
      drawer.close?.addEventListener("click", () => this.close());
      drawer.query.addEventListener("change", () => this.close());
    }
    backdrop.addEventListener("click", () => this.close());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.show();
  }

  toggle(drawer) {
    this.shown = this.shown === drawer ? null : drawer;
    this.show();
    if (this.shown) drawer.panel.querySelector("button, [tabindex]")?.focus();
  }

  close() {
    if (!this.shown) return;
    const { button, panel } = this.shown;
    const inside = panel.contains(document.activeElement);
    this.shown = null;
    this.show();
    if (inside) button.focus();
  }

  show() {
    for (const drawer of this.drawers) {
      const open = this.shown === drawer;
      drawer.panel.classList.toggle("drawer-open", open);
      drawer.panel.inert = drawer.query.matches && !open;
      drawer.button.setAttribute("aria-expanded", String(open));
    }
    this.backdrop.hidden = this.shown === null;
  }
}
