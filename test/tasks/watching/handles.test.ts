/** Handles of waits. */

import { expect, test } from 'vitest';
import { isWaitHandle, WaitHandles } from '../../../src/tasks/watching/handles.js';

test('the same tasks have the same handle, in any order, and it gives them back in any case', () => {
  const handles = new WaitHandles(() => 0);
  const handle = handles.of(['a', 'b']);
  expect(handles.of(['b', 'a'])).toBe(handle);
  expect(handles.ids(` ${handle.toUpperCase()} `)).toEqual(['b', 'a']);
  expect(handles.of(['a'])).not.toBe(handle);
  expect(isWaitHandle(handle)).toBe(true);
});

test('two processes give different handles, and neither knows those of the other', () => {
  const before = new WaitHandles(() => 0.2);
  const after = new WaitHandles(() => 0.7);
  expect(after.ids(before.of(['a']))).toBeUndefined();
});

test('two hundred handles are remembered, those used last', () => {
  const handles = new WaitHandles(() => 0);
  const first = handles.of(['first']);
  const second = handles.of(['second']);
  for (let index = 0; index < 198; index++) handles.of([`task-${index}`]);
  handles.of(['first']);
  handles.of(['one more']);
  expect(handles.ids(first)).toEqual(['first']);
  expect(handles.ids(second)).toBeUndefined();
});

test.each(['@w', 'w3', '@w3x', '@x3', 'alice/@w3', '@w-3'])('%s is no handle', (text) => {
  expect(isWaitHandle(text)).toBe(false);
});
