// The bot's profile, as Discord shows it to whoever presses its name: what it is doing, what it says about itself.

import { el, icon, isolated } from "./dom.js";
import { prose } from "./prose.js";

/** Shows the bot's profile in the page's profile <dialog>. */
export class Profile {
  constructor(dialog) {
    this.dialog = dialog;
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => dialog.replaceChildren());
  }

  /** Show the bot of a world: {name, online, activity, about}. */
  show(world) {
    const { name, activity, about } = world.bot;
    const close = el(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => this.dialog.close() } },
      icon("close"),
    );
    this.dialog.replaceChildren(
      el("header", { class: "profile-head" }, el("span", { class: "avatar avatar-bot" }, icon("reel")), close),
      el("h2", { id: "profile-name" }, isolated(name), el("span", { class: "app-badge" }, "App")),
      activity ? el("p", { class: "profile-activity" }, isolated(activity)) : null,
      about ? el("div", { class: "profile-about" }, el("h3", {}, "About Me"), prose(about, world)) : null,
    );
    this.dialog.showModal();
  }
}
