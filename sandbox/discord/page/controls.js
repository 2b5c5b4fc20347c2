// The demo's own controls: what the video service, a moderator, time or the machine may do. No part of Discord.

import { el } from "./dom.js";

const GROUPS = [
  { title: "Video service", ids: ["finish", "fail", "sound", "refuse", "slow", "late"] },
  { title: "Server", ids: ["filter"] },
  { title: "Time", line: "A reply can be updated for 15 minutes.", ids: ["later"] },
  { title: "Bot", line: "No videos are lost.", ids: ["restart", "kill"] },
];
// What is code stands in brackets of its own.
const EXPLAINED = {
  finish: "All running videos are done.",
  fail: "All running videos fail.",
  sound: "Rendered audio breaks the rules.",
  refuse: "It breaks the content rules.",
  slow: "Videos take longer.",
  late: "By 7 minutes.",
  filter: ["AutoMod blocks ", ["dragon"], " in the bot's messages."],
  later: "Move the clock ahead.",
  restart: "Stop, then restart.",
  kill: "Crash, then restart.",
};
const TOGGLES = new Set(["slow", "late", "filter"]);

/** Show the controls that the server offers in `root`; `status` says what was done. */
export class Controls {
  constructor({ root, status }, session) {
    Object.assign(this, { root, status, session });
    root.addEventListener("click", (event) => this.clicked(event));
  }

  show() {
    const { controls } = this.session.world;
    const known = new Set(GROUPS.flatMap(({ ids }) => ids));
    const groups = GROUPS.map((group) => ({
      ...group,
      controls: group.ids.map((id) => controls.find((control) => control.id === id)).filter(Boolean),
    }));
    groups.push({ title: "More", controls: controls.filter(({ id }) => !known.has(id)) });
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.control : null;
    this.root.replaceChildren(...groups.filter((group) => group.controls.length).map((group) => this.group(group)));
    if (focused) this.root.querySelector(`[data-control="${CSS.escape(focused)}"]`)?.focus();
  }

  group({ title, line, controls }) {
    return el(
      "section",
      { class: "control-group" },
      el("h3", {}, title),
      line && el("p", { class: "control-line" }, line),
      el(
        "div",
        { class: "control-buttons" },
        controls.map((control) => this.control(control)),
      ),
    );
  }

  control(control) {
    const toggle = isToggle(control);
    const about = EXPLAINED[control.id] ? `control-${control.id}-about` : null;
    return el(
      "button",
      {
        type: "button",
        "aria-label": control.label,
        "aria-describedby": about,
        class: `control${toggle ? " control-toggle" : ""}`,
        "aria-pressed": toggle ? String(Boolean(control.on)) : null,
        data: { testid: `control-${control.id}`, control: control.id },
      },
      el("span", { class: "control-label" }, control.label),
      about && el("span", { class: "control-about", id: about }, explained(control.id)),
      toggle && el("span", { class: "control-state", "aria-hidden": "true" }),
    );
  }

  clicked(event) {
    const button = event.target.closest("[data-control]");
    if (!button) return;
    const control = this.session.world.controls.find(({ id }) => id === button.dataset.control);
    const value = isToggle(control) ? { value: !control.on } : {};
    const sent = this.session.send({ type: "control", id: control.id, ...value });
    const done = value.value === undefined ? "Done." : `${value.value ? "On" : "Off"}: ${control.label}`;
    this.status.textContent = sent ? done : "Not connected, so nothing happened.";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.status.textContent = ""), 4000);
  }
}

function explained(id) {
  const parts = [EXPLAINED[id]].flat();
  return parts.map((part) => (Array.isArray(part) ? el("code", { class: "inline-code" }, part) : part));
}

function isToggle(control) {
  return control.kind === "toggle" || control.on !== undefined || TOGGLES.has(control.id);
}
