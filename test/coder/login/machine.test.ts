/** What this room takes from the machine it runs on. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('what is no file of a sensible size is not read: it might never end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'machine-'));
  const pipe = join(folder, 'session');
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  const large = join(folder, 'large');
  writeFileSync(large, Buffer.alloc((8 << 20) + 1, 'x'));
  for (const path of [pipe, '/dev/zero', folder, large]) expect(await machine.readFile(path), path).toBeUndefined();
  rmSync(folder, { recursive: true });
});
