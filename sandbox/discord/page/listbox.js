// A list to choose from, next to an input (completion) or a button (a select in a message): options with words and a
// description, moved through by arrow keys, with the focus staying where it is (aria-activedescendant).

import { el, isolated } from "./dom.js";

let lists = 0;

/** A list of options below one owner. `onPick(item)` is called for the chosen one. */
export class Listbox {
  constructor(host, { label, testid = "completion-option" }) {
    lists += 1;
    this.host = host;
    this.testid = testid;
    this.id = `list-${lists}`;
    this.items = [];
    this.active = -1;
    this.head = el("p", { class: "list-head" });
    this.list = el("div", { class: "list-options", role: "listbox", id: this.id, "aria-label": label });
    this.note = el("p", { class: "list-note", role: "status" });
    host.append(this.head, this.list, this.note);
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.close();
  }

  /** Show items ({value, label, description?, aside?, chosen?}); `start` is active at first (-1: none). */
  open(owner, items, { head = [], note = "", start = -1, onPick, many = false } = {}) {
    this.claim(owner);
    Object.assign(this, { items, onPick });
    this.head.replaceChildren(...[head].flat());
    this.note.textContent = note;
    this.list.setAttribute("aria-multiselectable", String(many));
    this.list.replaceChildren(...items.map((item, index) => this.option(item, index)));
    this.head.hidden = this.head.childNodes.length === 0;
    this.list.hidden = items.length === 0;
    this.note.hidden = !note;
    this.host.hidden = false;
    this.activate(items.length ? Math.min(start, items.length - 1) : -1);
    if (owner !== this.list) owner.setAttribute("aria-expanded", String(items.length > 0));
  }

  claim(owner) {
    if (this.owner && this.owner !== owner) this.release();
    this.owner = owner;
    if (owner !== this.list) owner.setAttribute("aria-controls", this.id);
  }

  release() {
    if (this.owner !== this.list) this.owner?.setAttribute("aria-expanded", "false");
    this.owner?.removeAttribute("aria-activedescendant");
    this.owner = null;
  }

  close() {
    this.release();
    this.items = [];
    this.active = -1;
    this.host.hidden = true;
    this.list.replaceChildren();
  }

  get isOpen() {
    return !this.host.hidden && this.items.length > 0;
  }

  option(item, index) {
    const chosen = item.chosen === undefined ? null : String(item.chosen);
    return el(
      "div",
      {
        class: "list-option",
        role: "option",
        id: `${this.id}-${index}`,
        "aria-selected": chosen ?? "false",
        data: { testid: this.testid, value: item.value, index },
      },
      item.lead ?? null,
      el("span", { class: "option-label" }, isolated(item.label)),
      item.description && el("span", { class: "option-description", dir: "auto" }, item.description),
      item.aside && el("span", { class: "option-aside" }, item.aside),
    );
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((option, at) => {
      option.classList.toggle("list-option-active", at === index);
      if (this.items[at].chosen === undefined) option.setAttribute("aria-selected", String(at === index));
    });
    if (index < 0) this.owner?.removeAttribute("aria-activedescendant");
    else {
      this.owner?.setAttribute("aria-activedescendant", `${this.id}-${index}`);
      this.list.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  /** Move through the list by key; true when the key was the list's. Enter and Tab choose what is active. */
  key(event) {
    if (!this.isOpen || event.isComposing) return false;
    const count = this.items.length;
    if (event.key === "ArrowDown") this.activate((this.active + 1) % count);
    else if (event.key === "ArrowUp") this.activate(this.active <= 0 ? count - 1 : this.active - 1);
    else if ((event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) && this.active >= 0)
      this.pick(this.active);
    else return false;
    event.preventDefault();
    return true;
  }

  clicked(event) {
    const option = event.target.closest("[role=option]");
    if (option) this.pick(Number(option.dataset.index));
  }

  pick(index) {
    const item = this.items[index];
    this.onPick?.(item);
  }
}
