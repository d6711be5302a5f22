/** What the built program prints, for the README, and a form of it in which two runs are equal. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The output of `coder-tasks-mcp demo`. */
export async function demoTranscript(): Promise<string> {
  return (await run(process.execPath, ['dist/main.js', 'demo'])).stdout;
}

/** The output of `coder-tasks-mcp doctor` against the embedded deployment. */
export async function doctorTranscript(): Promise<string> {
  return (await run(process.execPath, ['dist/main.js', 'doctor', '--demo'])).stdout;
}

/** Without what differs from run to run: ages, times, marks, ids, ports and counts. */
export function normalized(transcript: string): string {
  return transcript
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/--- [0-9a-f]{6}\b/g, '--- <mark>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replaceAll(/c1-[\w-]+/g, '<cursor>')
    .replaceAll(/\b\d+ (?:ms|s|min|h|tokens|of \d+ requests)\b/g, '<n>')
    .trim();
}

/** The transcript as a block of a document. */
export function fenced(transcript: string): string {
  return `\`\`\`text\n${transcript.trim()}\n\`\`\``;
}
