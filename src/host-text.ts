/** Texts as hosts leave them in settings and start arguments: blank, in quotes, or a placeholder that nobody filled in. */

// `${input:token}` and `${VAR}` of VS Code, Claude Code and bundles.
const BRACED = /^\$\{([^{}]*)\}$/;
// `$VAR` of a shell, `%VAR%` of Windows, `{env:VAR}` of opencode, `{{VAR}}` of templates. A token has a hyphen, so it is
// never taken for one of these, which are shown to people.
const PLACEHOLDER = /\$[A-Za-z_]\w*|%[A-Z_][A-Z0-9_]{2,}%|\{(?:env|file|input):[\w./]*\}|\{\{[\w. :]*\}\}/;
const ALL_PLACEHOLDER = new RegExp(`^(?:${PLACEHOLDER.source})$`);

/**
 * What was meant by a text: without blanks and quotes around it, and the default of `${VAR:-default}`. Blank text and
 * an unfilled `${…}` are undefined: so a host passes on an optional field that was left out. `quotes: 'keep'` is for
 * texts in which quotes have a meaning.
 */
export function meant(text: string | undefined, quotes: 'drop' | 'keep' = 'drop'): string | undefined {
  const trimmed = text?.trim() ?? '';
  const bare = quotes === 'drop' ? unquoted(trimmed) : trimmed;
  const placeholder = BRACED.exec(bare)?.[1];
  if (placeholder === undefined) return bare === '' ? undefined : bare;
  const fallback = /^[A-Za-z_]\w*:?-(.*)$/s.exec(placeholder)?.[1];
  return fallback === undefined ? undefined : meant(fallback, quotes);
}

/** Whether the text is a placeholder that should have been replaced, such as `$VAR`, `%VAR%` or `{env:VAR}`. */
export function isPlaceholder(text: string): boolean {
  return BRACED.test(text) || ALL_PLACEHOLDER.test(text);
}

/** The first placeholder in an address, also in the middle of it; undefined where there is none. */
export function placeholderIn(address: string): string | undefined {
  return (/\$\{[^{}]*\}/.exec(address) ?? PLACEHOLDER.exec(address))?.[0];
}

/** Quotes that somebody wrote around a value where no shell takes them off. */
function unquoted(text: string): string {
  const inner = /^(["'`])(.*)\1$/s.exec(text);
  const [, quote = '', value = ''] = inner ?? [];
  return inner && !value.includes(quote) ? value.trim() : text;
}
