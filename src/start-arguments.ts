/** Start arguments as hosts pass them on, put into the one form that the parser takes. */

import { isPlaceholder, meant } from './host-text.js';

/**
 * The arguments, every option as `--name=value`. Blank arguments and placeholders mean nothing; several
 * options in one argument are several; a switch may carry `true` or `false`. `switches` and `valued` are option names.
 */
export function tidyArguments(
  args: readonly string[],
  switches: ReadonlySet<string>,
  valued: ReadonlySet<string>,
): readonly string[] {
  const words = args.flatMap(wordsOf);
  const tidy: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const [, name = '', inline] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (!switches.has(name) && !valued.has(name)) {
      if (!isNothing(word)) tidy.push(word);
      continue;
    }
    const following = words[index + 1];
    const isFollowed = inline === undefined && following !== undefined && takes(name, following);
    if (isFollowed) index++;
    const given = inline ?? (isFollowed ? following : undefined);
    const value = given === undefined ? undefined : (meant(given) ?? '');
    // Without any value, what is missing is the parser's to say.
    if (given === undefined) tidy.push(switches.has(name) ? `--${name}=true` : `--${name}`);
    else if (value !== '') tidy.push(`--${name}=${value}`);
  }
  return tidy;

  function takes(name: string, following: string): boolean {
    return switches.has(name) ? isTruth(following) : !/^--?[a-z]/i.test(following);
  }
}

/** `true`, `0`, `Yes`: what a switch may be set to. */
function isTruth(text: string): boolean {
  return /^(?:true|false|yes|no|on|off|[01])$/i.test(meant(text) ?? '');
}

function isNothing(word: string): boolean {
  const text = meant(word);
  return text === undefined || isPlaceholder(text);
}

/** A field for "flags" of a host's form comes as one argument. */
function wordsOf(arg: string): readonly string[] {
  const text = meant(arg) ?? '';
  if (text === '') return [arg];
  return /^--[\w-]+\s/.test(text) ? text.split(/\s+/) : [text];
}
