// The message box: ordinary text, or a command, typed as a whole line or filled in by fields.

import { el } from "./dom.js";
import { bareOption, divide, nameAtEnd } from "./parse.js";
import { commandOfLine, flatCommands, matchingCommands } from "./commands.js";
import { CommandForm } from "./form.js";
import { Listbox } from "./listbox.js";
import { optionValue } from "./options.js";

const ATTACHMENT = 11;
const LONGEST_MESSAGE = 2000; // characters

/** The message box of the channel that is looked at. */
export class Composer {
  constructor({ form, box, fields, popover, error, send }, session) {
    Object.assign(this, { box, error, session, moved: false, tipped: false });
    this.listbox = new Listbox(popover, { label: "Commands and options" });
    this.fields = new CommandForm(fields, this.listbox, session, this);
    box.addEventListener("input", () => this.typed());
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("blur", () => this.fields.isOpen || this.listbox.close());
    box.addEventListener("focus", () => this.complete());
    form.addEventListener("submit", (event) => this.submitted(event));
    form.addEventListener("keydown", (event) => event.key === "Escape" && this.escape(event));
    send.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get commands() {
    return flatCommands(this.session.world.commands);
  }

  /** Start afresh for another channel or member. */
  reset() {
    if (this.fields.isOpen) this.fields.close();
    this.listbox.close();
    this.box.value = "";
    this.problem("");
    this.name();
  }

  /** Say whom a message goes to. */
  name() {
    const { channel, world } = this.session;
    if (!channel) return;
    const place = channel.kind === "dm" ? `@${world.bot.name}` : `#${channel.name}`;
    this.box.placeholder = `Message ${place}, or type /`;
    this.box.setAttribute("aria-label", `Message ${place}`);
  }

  /** Begin a command by its name, as its link in a message does; `values` are texts by option. */
  start(name, values = {}) {
    const command = this.commands.find(({ path }) => path === name);
    const known = Object.entries(values).map(([option, text]) => [option, { text }]);
    if (command) this.enter(command, Object.fromEntries(known), known[0]?.[0]);
    else this.problem(`There is no /${name} command here.`);
  }

  typed() {
    this.problem("");
    this.complete();
  }

  complete() {
    const line = this.box.value;
    if (!line.startsWith("/") || document.activeElement !== this.box) {
      this.listbox.close();
      return;
    }
    const known = commandOfLine(this.commands, line);
    if (known && known.rest) this.completeOptions(known);
    else this.completeCommands(line.slice(1).trim());
  }

  completeCommands(typed) {
    const items = matchingCommands(this.commands, typed).map((command) => ({
      value: command.path,
      label: `/${command.path}`,
      description: command.description,
      aside: this.session.world.bot.name,
      command,
    }));
    const note = items.length ? "" : `There is no /${typed} command here.`;
    this.moved = false;
    this.listbox.open(this.box, items, { note, start: 0, onPick: ({ command }) => this.enter(command) });
  }

  completeOptions({ command, rest }) {
    const { values } = divide(command, rest);
    const names = command.options.map(({ name }) => name);
    // A name that still waits for its words comes first: Tab goes on with it.
    const begun = nameAtEnd(rest.trimEnd(), names)?.name;
    const free = command.options.filter(({ name }) => name === begun || !values.has(name));
    free.sort((one, other) => (other.name === begun) - (one.name === begun));
    const items = free.map((option) => ({
      value: option.name,
      label: option.name,
      description: option.description,
      aside: option.required ? "required" : "",
    }));
    const head = [el("strong", {}, `/${command.path}`), " ", command.description];
    this.listbox.open(this.box, items, {
      head,
      onPick: ({ value }) => this.enter(command, this.known(command, rest), value),
    });
  }

  known(command, rest) {
    const { values, stray } = divide(command, rest);
    const entries = [...values].map(([name, text]) => [name, { text }]);
    const bearer = bareOption(command);
    if (stray && bearer && !values.has(bearer.name)) entries.push([bearer.name, { text: stray }]);
    return Object.fromEntries(entries);
  }

  enter(command, known = {}, focus = null) {
    this.listbox.close();
    this.box.value = "";
    this.box.hidden = true;
    this.fields.open(command, known, focus);
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (this.listbox.isOpen && this.listbox.active >= 0 && !this.isWhole()) this.listbox.pick(this.listbox.active);
      else this.submit();
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.moved = true;
    // Tab goes on from words to fields, as it does from a name to its command.
    if (event.key === "Tab" && !event.shiftKey && this.listbox.isOpen && this.listbox.active < 0)
      this.listbox.activate(0);
    this.listbox.key(event);
  }

  // A name typed to its end runs at once when the command needs nothing more.
  isWhole() {
    const known = commandOfLine(this.commands, this.box.value.trimEnd());
    return (
      !this.moved && known !== null && !known.rest.trim() && !known.command.options.some(({ required }) => required)
    );
  }

  escape(event) {
    event.preventDefault();
    if (this.fields.isOpen) this.fields.cancel();
    else if (!this.listbox.host.hidden) this.listbox.close();
    else this.box.value = "";
    this.problem("");
  }

  submitted(event) {
    event.preventDefault();
    if (this.fields.isOpen) this.fields.submit();
    else this.submit();
  }

  submit() {
    const line = this.box.value.trim();
    if (!line) return;
    if (line.startsWith("/")) this.runLine(line);
    else this.say(line);
  }

  say(text) {
    if ([...text].length > LONGEST_MESSAGE)
      this.problem(`Your message has ${[...text].length} characters; the limit is ${LONGEST_MESSAGE}.`);
    else if (!this.session.send({ type: "say", channel: this.session.channel.id, text }))
      this.problem("Not connected, so nothing was sent.");
    else {
      this.clear();
      this.tip();
    }
  }

  runLine(line) {
    const found = commandOfLine(this.commands, line);
    if (!found) {
      this.problem(`There is no ${line.split(/\s/, 1)[0]} command here.`);
      return;
    }
    const { command, rest } = found;
    const { values, stray } = divide(command, rest);
    const known = this.known(command, rest);
    const options = this.valuesOf(command, values);
    const file = command.options.find(({ name, type }) => type === ATTACHMENT && values.has(name));
    if (options && !stray && !file) {
      this.send(command, options, known);
      return;
    }
    this.enter(command, known, file?.name);
    if (file) this.problem(`${file.name}: Choose a file, or drop one here.`);
    else if (!options) this.fields.submit();
    else this.problem(`“${stray}” doesn't belong to any option of /${command.path}.`);
  }

  valuesOf(command, values) {
    const options = {};
    for (const option of command.options) {
      if (option.type === ATTACHMENT && !option.required) continue;
      const text = values.get(option.name) ?? "";
      const { value, error } = optionValue(option, text, this.session.world);
      if (error) return null;
      if (value !== undefined) options[option.name] = value;
    }
    return options;
  }

  /** Send a command. `draft` brings it back, with the words, when Discord refuses it or nobody answers. */
  send(command, options, draft) {
    const { channel, world } = this.session;
    let line = null;
    const request = this.session.ask(
      { type: "command", channel: channel.id, command: command.path, options },
      {
        kind: "command",
        command: `/${command.path}`,
        onEnd: () => line && world.removeLine(channel.id, line),
        onFail: (text) => this.refused(command, draft, channel, text),
      },
    );
    if (request === null) {
      this.problem("Not connected, so nothing was sent.");
      return;
    }
    line = world.addLine(channel.id, {
      sending: "Sending command…",
      ephemeral: false,
      used: { member: world.me, command: `/${command.path}` },
    });
    if (this.fields.isOpen) this.fields.close();
    this.clear();
    this.onSent?.();
  }

  refused(command, draft, channel, text) {
    const option = command.options.find(({ name }) => text.startsWith(`${name}:`));
    const busy = this.fields.isOpen || this.box.value || this.session.channel?.id !== channel.id;
    if (busy || !Object.keys(draft).length) return false;
    this.enter(command, draft, option?.name);
    if (!option) {
      this.fields.suggestions.hide(); // what failed is told above, where the list would hide it
      return false;
    }
    this.fields.field(option.name)?.setError(text);
    this.problem(text);
    return true;
  }

  /** Take files that were dropped or pasted: for the command at hand, or the first one that takes a file. */
  takeFiles(files) {
    if (!this.fields.isOpen) {
      const takes = ({ options }) => options.some(({ type }) => type === ATTACHMENT);
      const typed = commandOfLine(this.commands, this.box.value.trim());
      const command = typed ? typed.command : this.box.value.trim() ? null : this.commands.find(takes);
      if (command && takes(command)) this.enter(command, typed ? this.known(command, typed.rest) : {});
    }
    if (!this.fields.isOpen || !this.fields.takeFile(files[0]))
      this.problem("Nothing here takes this file. Start a command that does, then drop it again.");
    else if (files.length > 1) this.problem("Each option takes one file, so only the first was added.");
  }

  closed(line, focused) {
    this.box.hidden = false;
    this.box.value = line;
    if (focused) this.box.focus();
    this.complete();
  }

  clear() {
    this.box.value = "";
    this.listbox.close();
    this.problem("");
  }

  // The demo's own hint, once: whoever writes to the bot waits for an answer that never comes.
  tip() {
    if (this.tipped) return;
    this.tipped = true;
    this.problem(`${this.session.world.bot.name} only sees commands. Type / to choose one.`);
    this.error.classList.add("box-tip");
  }

  problem(words) {
    this.error.textContent = words;
    this.error.hidden = !words;
    this.error.classList.remove("box-tip");
  }
}
