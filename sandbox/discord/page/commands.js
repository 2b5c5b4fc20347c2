// The bot's slash commands as Discord lists them, made flat: a subcommand's path is its name.

const SUBCOMMAND = 1;
const GROUP = 2;

/** Give every slash command that can be used: {path, description, options}, subcommands with their whole path. */
export function flatCommands(commands) {
  return commands
    .filter(({ type }) => type === undefined || type === 1)
    .flatMap((command) => flatten(command, command.name));
}

function flatten(command, path) {
  const options = command.options ?? [];
  const below = options.filter(({ type }) => type === SUBCOMMAND || type === GROUP);
  if (below.length) return below.flatMap((part) => flatten(part, `${path} ${part.name}`));
  return [{ path, description: command.description ?? "", options: requiredFirst(options) }];
}

function requiredFirst(options) {
  return [...options.filter(({ required }) => required), ...options.filter(({ required }) => !required)];
}

/** Give the commands that fit what has been typed after the slash: names that begin so first, then names that contain it. */
export function matchingCommands(commands, typed) {
  const wanted = typed.toLowerCase();
  const begins = commands.filter(({ path }) => path.startsWith(wanted));
  return [...begins, ...commands.filter(({ path }) => !path.startsWith(wanted) && path.includes(wanted))];
}

/** Find the command that a line begins with (the longest path wins) and what follows it; null when there is none. */
export function commandOfLine(commands, line) {
  const fits = commands.filter(
    ({ path }) => line === `/${path}` || line.startsWith(`/${path} `) || line.startsWith(`/${path}\n`),
  );
  if (!fits.length) return null;
  const command = fits.reduce((longest, other) => (other.path.length > longest.path.length ? other : longest));
  return { command, rest: line.slice(command.path.length + 1) };
}
