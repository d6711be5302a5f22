/** `--help`: the commands and every option, from the table of options. */

import { options } from '../config.js';

const USAGE = `coder-tasks-mcp: an MCP server for Coder Tasks, over stdio.

  coder-tasks-mcp            serve (started by an MCP host)
  coder-tasks-mcp --demo     serve against an embedded deployment; needs no Coder
  coder-tasks-mcp demo       show one whole delegation
  coder-tasks-mcp doctor     check address, token, version and templates [--json]
  coder-tasks-mcp --version
  coder-tasks-mcp --help

Options (a flag beats its variable):
`;

/** The whole help text, ending with a newline. */
export function helpText(): string {
  const lines = Object.values(options).map((option) => {
    const names = ['flag' in option && `--${option.flag}`, 'env' in option && option.env].filter(Boolean).join(', ');
    return `  ${names}\n      ${option.text.replaceAll('`', '')}${'default' in option ? ` Default: ${option.default}.` : ''}\n`;
  });
  return USAGE + lines.join('');
}
