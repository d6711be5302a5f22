/** Writes the generated parts of the documents, and the README's transcripts from a run of the built program. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedFiles, README, replaceBetween } from './documents.js';
import { demoTranscript, doctorTranscript } from './transcripts.js';

execFileSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' });
let readme = readFileSync(README, 'utf8');
readme = replaceBetween(readme, 'demo', fenced(await demoTranscript()));
readme = replaceBetween(readme, 'doctor', fenced(await doctorTranscript()));
writeFileSync(README, readme);
for (const [path, content] of generatedFiles()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.trim()}\n\`\`\``;
}
