// Discord's components, as they stand in a message. What can be pressed carries its custom id as data; who listens is elsewhere.

import { el, icon, isolated } from "./dom.js";
import { link } from "./links.js";
import { prose } from "./prose.js";
import { showFile, showMedium } from "./media.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };
const SHOWN = {
  1: (row, context) => el("div", { class: "action-row" }, showComponents(row.components, context)),
  2: showButton,
  3: showSelect,
  5: showSelect,
  6: showSelect,
  7: showSelect,
  8: showSelect,
  9: showSection,
  10: (text, context) => prose(text.content ?? "", context.world),
  11: showThumbnail,
  12: showGallery,
  13: (file) => showFile({ ...file.file, name: file.name, size: file.size, spoiler: file.spoiler }),
  14: showSeparator,
  17: showContainer,
};

/** Show components in order. `context` is {world, pending(customId)}. */
export function showComponents(components, context) {
  return (components ?? []).map((component) => (SHOWN[component.type] ?? showUnknown)(component, context));
}

function showUnknown(component) {
  return el(
    "p",
    { class: "unknown-component" },
    `This page can't show a component of type ${component.type}.`,
  );
}

function showButton(button, context) {
  const words = [button.emoji && showEmoji(button.emoji), button.label && isolated(button.label)];
  const style = STYLES[button.style] ?? "secondary";
  const name = button.label ? null : (button.emoji?.name ?? "Button");
  const properties = { class: "button button-link", "aria-label": name };
  const opens = button.style === 5 && !button.disabled && link(button.url, properties, words, icon("open"));
  if (opens) return opens;
  const pending = context.pending(button.custom_id);
  return el(
    "button",
    {
      class: `button button-${style}`,
      type: "button",
      disabled: Boolean(button.disabled) || button.style === 5,
      "aria-label": name,
      "aria-busy": pending ? "true" : null,
      "aria-disabled": pending ? "true" : null,
      data: { press: button.custom_id },
    },
    words,
  );
}

/** Show an emoji: a character, or the name of one that only Discord has. */
export function showEmoji(emoji) {
  const text = emoji.id ? `:${emoji.name}:` : emoji.name;
  return el("span", { class: "emoji", "aria-hidden": "true" }, text);
}

function showSelect(select, context) {
  const chosen = (select.options ?? []).filter((option) => option.default).map((option) => option.label);
  const words = chosen.join(", ") || select.placeholder || "Make a selection";
  const pending = context.pending(select.custom_id);
  const button = el(
    "button",
    {
      class: "select",
      type: "button",
      disabled: Boolean(select.disabled),
      "aria-haspopup": "listbox",
      "aria-label": select.placeholder ? `${select.placeholder}: ${chosen.join(", ") || "nothing chosen"}` : null,
      "aria-busy": pending ? "true" : null,
      data: { select: select.custom_id },
    },
    el("span", { class: chosen.length ? "select-value" : "select-placeholder" }, words),
    icon("chevron"),
  );
  return button;
}

function showSection(section, context) {
  const accessory = section.accessory ? showComponents([section.accessory], context) : [];
  return el(
    "div",
    { class: "section" },
    el("div", { class: "section-text" }, showComponents(section.components, context)),
    el("div", { class: "section-accessory" }, accessory),
  );
}

function showThumbnail({ media, description, spoiler }) {
  return el("div", { class: "thumbnail" }, showMedium({ ...media, description, spoiler, width: null }));
}

function showGallery({ items = [] }) {
  const shown = items.map(({ media, description, spoiler }) => showMedium({ ...media, description, spoiler }));
  return el("div", { class: "gallery", data: { count: Math.min(shown.length, 5) } }, shown);
}

function showSeparator({ divider = true, spacing = 1 }) {
  const kind = `separator${divider ? " separator-line" : ""}${spacing === 2 ? " separator-large" : ""}`;
  return divider ? el("hr", { class: kind }) : el("div", { class: kind, "aria-hidden": "true" });
}

function showContainer(container, context) {
  const box = el(
    "div",
    { class: "container", data: { covered: Boolean(container.spoiler) } },
    showComponents(container.components, context),
  );
  if (container.accent_color !== null && container.accent_color !== undefined) {
    box.style.setProperty("--accent", `#${Number(container.accent_color).toString(16).padStart(6, "0")}`);
  }
  if (container.spoiler)
    box.append(
      el(
        "button",
        { type: "button", class: "spoiler-cover", "aria-label": "Spoiler: show the card", data: { reveal: true } },
        el("span", {}, "Spoiler"),
      ),
    );
  return box;
}

/** Find the component with this custom id anywhere below `components`. */
export function findComponent(components, customId) {
  for (const component of components ?? []) {
    if (component.custom_id === customId) return component;
    const below = [component.accessory, component.component, ...(component.components ?? [])].filter(Boolean);
    const found = findComponent(below, customId);
    if (found) return found;
  }
  return null;
}
