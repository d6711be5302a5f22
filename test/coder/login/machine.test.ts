/** What this room takes from the machine it runs on. */

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { localMachine, setting } from '../../../src/coder/login/machine.js';
import { rejection } from '../http/loopback.js';

const machine = localMachine({ env: {}, platform: process.platform, homeDirectory: '/nowhere' });

test('a file is read as text, and one that is not there is undefined', async () => {
  expect(await machine.readFile(fileURLToPath(import.meta.url))).toContain('a file is read as text');
  expect(await machine.readFile('/nowhere/at/all')).toBeUndefined();
});

test('a program gets the environment it is given and an empty input, and its output comes back', async () => {
  const script = 'process.stdin.on("data", () => {}).on("end", () => console.log(process.env.CODER_URL))';
  expect(await machine.exec(process.execPath, ['-e', script], { CODER_URL: 'https://x' })).toBe('https://x\n');
});

test('a program that fails or is not there rejects', async () => {
  expect(await rejection(machine.exec(process.execPath, ['-e', 'process.exit(3)'], {}))).toMatchObject({ code: 3 });
  expect(await rejection(machine.exec('no-such-program-here', [], {}))).toMatchObject({ code: 'ENOENT' });
});

test('a setting is trimmed', () => {
  expect(setting({ A: ' x ' }, 'A')).toBe('x');
  expect(setting({}, 'A')).toBeUndefined();
});
