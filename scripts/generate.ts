/** Writes the generated parts of the documents, and the transcripts of runs of the built program. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DEMO, generatedFiles, partOf, README, replaceBetween } from './documents.js';
import { demoTranscript, doctorTranscript, fenced, normalized } from './transcripts.js';

execFileSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' });
writeTranscript(DEMO, 'demo', await demoTranscript());
writeTranscript(README, 'doctor', await doctorTranscript());
for (const [path, content] of generatedFiles()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Ages, marks and ports differ from run to run: a transcript that differs in nothing else stays as it is. */
function writeTranscript(path: string, name: string, transcript: string): void {
  const document = readFileSync(path, 'utf8');
  const written = fenced(transcript);
  if (normalized(partOf(document, name)) === normalized(written)) return;
  writeFileSync(path, replaceBetween(document, name, written));
}
