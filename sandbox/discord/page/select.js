// Opens a message's or a modal's select: a list over the page, for one value or several.

import { el } from "./dom.js";
import { showEmoji } from "./components.js";
import { Listbox } from "./listbox.js";

const CLEARANCE = 8; // pixels between the list and the window's edge

/** Give a select's options; those of member and channel selects come out of the world. */
export function selectOptions(select, world) {
  if (select.type === 5 || select.type === 7)
    return [...world.members.values()].map(({ id, name }) => ({ value: id, label: name }));
  if (select.type === 8)
    return world.channels
      .filter(({ kind }) => kind === "text")
      .map(({ id, name }) => ({ value: id, label: `#${name}` }));
  return select.options ?? [];
}

/** Let the member choose at `button`; `onChosen(values)` gets the values in the select's order. `layer` is what the list is put into. */
export function openSelect(button, select, world, onChosen, layer = document.body) {
  const options = selectOptions(select, world);
  const many = (select.max_values ?? 1) > 1;
  const chosen = new Set(options.filter((option) => option.default).map((option) => option.value));
  const panel = el("div", { class: "select-panel" });
  const list = new Listbox(panel, { label: select.placeholder ?? "Options", testid: "select-option" });
  list.list.tabIndex = -1;
  const state = { button, panel, list, chosen, many, select, options, onChosen };
  layer.append(panel);
  const done = el("button", { type: "button", class: "button button-primary select-done" }, "Done");
  if (many) {
    panel.append(done);
    done.addEventListener("click", () => finish(state, true));
  }
  show(
    state,
    Math.max(
      0,
      options.findIndex((option) => option.default),
    ),
  );
  place(state);
  listen(state);
  list.list.focus({ preventScroll: true });
}

function show(state, start) {
  const { list, chosen, many, options } = state;
  const items = options.map((option) => ({
    ...option,
    chosen: chosen.has(option.value),
    lead: option.emoji ? showEmoji(option.emoji) : null,
    aside: chosen.has(option.value) ? "✓" : "",
  }));
  list.open(list.list, items, {
    start,
    many,
    note: items.length ? "" : "There is nothing to choose.",
    onPick: (item) => pick(state, item),
  });
}

function pick(state, item) {
  const { chosen, many } = state;
  if (!many) {
    state.chosen = new Set([item.value]);
    finish(state, true);
    return;
  }
  if (chosen.has(item.value)) chosen.delete(item.value);
  else if (chosen.size < state.select.max_values) chosen.add(item.value);
  show(
    state,
    state.options.findIndex((option) => option.value === item.value),
  );
}

function place({ button, panel }) {
  const at = button.getBoundingClientRect();
  panel.style.width = `${Math.max(at.width, Math.min(240, innerWidth - 2 * CLEARANCE))}px`;
  panel.style.left = `${Math.max(CLEARANCE, Math.min(at.left, innerWidth - panel.offsetWidth - CLEARANCE))}px`;
  const above = at.bottom + panel.offsetHeight + CLEARANCE > innerHeight;
  panel.style.top = `${above ? Math.max(CLEARANCE, at.top - panel.offsetHeight - 4) : at.bottom + 4}px`;
}

function listen(state) {
  const { button, panel, list } = state;
  button.setAttribute("aria-expanded", "true");
  state.outside = (event) => !panel.contains(event.target) && finish(state, state.many);
  document.addEventListener("pointerdown", state.outside, true);
  panel.addEventListener("keydown", (event) => {
    if (event.target !== list.list && event.key !== "Escape") return;
    if (event.key === "Tab" && !state.many) finish(state, false);
    else if (event.key === "Tab") return;
    else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      finish(state, false);
    } else if (event.key === " " && list.active >= 0) {
      event.preventDefault();
      list.pick(list.active);
    } else list.key(event);
  });
}

function finish(state, send) {
  const { button, panel, chosen, select, options } = state;
  if (!panel.isConnected) return;
  document.removeEventListener("pointerdown", state.outside, true);
  panel.remove();
  button.removeAttribute("aria-expanded");
  button.focus({ preventScroll: true });
  const values = options.map((option) => option.value).filter((value) => chosen.has(value));
  if (send && values.length >= (select.min_values ?? 1)) state.onChosen(values);
}
