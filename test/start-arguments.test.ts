/** Start arguments as hosts pass them on. */

import { expect, test } from 'vitest';
import { tidyArguments } from '../src/start-arguments.js';

const switches = new Set(['read-only', 'demo']);
const valued = new Set(['url', 'log-level', 'tools']);
const UNFILLED = ['$', '{user_config.flags}'].join('');

test.each([
  [[], []],
  [['', ' ', UNFILLED, '$FLAGS', '""'], []],
  [['doctor', ''], ['doctor']],
  [['--read-only'], ['--read-only=true']],
  [['--read-only=false'], ['--read-only=false']],
  [['--read-only=$READ_ONLY'], ['--read-only=$READ_ONLY']],
  [[`--read-only=${UNFILLED}`], []],
  [
    ['--read-only', 'false', 'doctor'],
    ['--read-only=false', 'doctor'],
  ],
  [
    ['--read-only', 'doctor'],
    ['--read-only=true', 'doctor'],
  ],
  [['"--read-only"'], ['--read-only=true']],
  [
    ['--url', 'https://a', '--demo'],
    ['--url=https://a', '--demo=true'],
  ],
  [['--url', '"https://a"'], ['--url=https://a']],
  [['--url', '', '--demo'], ['--demo=true']],
  [['--url', UNFILLED, 'doctor'], ['doctor']],
  [[`--url=${UNFILLED}`], []],
  [['--url'], ['--url']],
  [
    ['--url', '--demo'],
    ['--url', '--demo=true'],
  ],
  [['--read-only --log-level debug'], ['--read-only=true', '--log-level=debug']],
  [
    ['--nope', 'fly'],
    ['--nope', 'fly'],
  ],
  [['-h'], ['-h']],
])('%j become %j', (args, tidy) => {
  expect(tidyArguments(args, switches, valued)).toEqual(tidy);
});
