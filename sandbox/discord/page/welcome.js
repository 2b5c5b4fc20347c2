// How a channel begins: its name as Discord shows it, and a hint of the demo's own for those who are new here.

import { el, icon, isolated } from "./dom.js";

const EXAMPLES = [
  ["video", { prompt: "a red fox walks through fresh snow at sunrise" }],
  ["video", { prompt: "a paper boat sails down a rainy street", ratio: "9:16" }],
  ["help", {}],
];

/** Show in `place` how a channel begins. An example fills the message box; one of a command that is not there is left out. */
export function showWelcome(place, channel, world, composer) {
  const dm = channel?.kind === "dm";
  const name = channel?.name ?? "";
  place.replaceChildren(
    el("span", { class: "welcome-mark", "aria-hidden": "true" }, icon(dm ? "reel" : "hash")),
    el("h2", {}, dm ? isolated(name) : `Welcome to #${name}!`),
    el("p", {}, `This is the start of ${dm ? `your direct messages with ${name}` : `the #${name} channel`}.`),
    hint(world, composer) ?? "",
  );
}

function hint(world, composer) {
  const examples = EXAMPLES.filter(([path]) => composer.commands.some((command) => command.path === path));
  if (!examples.length) return null;
  return el(
    "section",
    { class: "hint", "aria-label": "Demo tip" },
    el("h3", {}, "New here? Pick one, then send it."),
    examples.map(([path, values]) => example(path, known(path, values, composer), composer)),
    el("p", {}, `Or type / in the box below to see everything ${world.bot.name} can do.`),
  );
}

function known(path, values, composer) {
  const { options } = composer.commands.find((command) => command.path === path);
  return Object.fromEntries(Object.entries(values).filter(([name]) => options.some((option) => option.name === name)));
}

function example(path, values, composer) {
  const words = Object.entries(values).map(([name, value]) => [
    el("span", { class: "hint-option" }, ` ${name}: `),
    el("span", {}, value),
  ]);
  return el(
    "button",
    { type: "button", class: "hint-example", on: { click: () => composer.start(path, values) } },
    el("span", { class: "mention" }, `/${path}`),
    words,
  );
}
