/** `npm run bench -- [subject…]`: measures the built program, as ratios against a baseline of the same run where there is one. */

import { cpus } from 'node:os';
import { call } from './call.js';
import { eras } from './eras.js';
import { fanOut } from './fan-out.js';
import { isWithin, type Subject } from './figures.js';
import { list } from './list.js';
import { packed } from './package.js';
import { startup } from './startup.js';
import { type Section, tableOf } from './table.js';
import { tokens } from './tokens.js';
import { watch } from './watch.js';

const subjects: readonly Subject[] = [startup, eras, call, tokens, list, watch, fanOut, packed];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !subjects.some((subject) => subject.name === name));
if (unknown.length > 0) {
  console.error(`no such subject: ${unknown.join(', ')}; there are ${subjects.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const sections: Section[] = [];
for (const subject of subjects) {
  if (wanted.length > 0 && !wanted.includes(subject.name)) continue;
  console.error(`measuring ${subject.name} …`);
  sections.push({ name: subject.name, about: subject.about, figures: await subject.measure() });
}
const figures = sections.flatMap((section) => section.figures);
const over = figures.filter((figure) => isWithin(figure) === false);
console.log(`Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} cores\n`);
console.log(tableOf(sections));
console.log(`\n${over.length === 0 ? 'all budgets kept' : `over budget: ${over.map(({ what }) => what).join(', ')}`}`);
// Nothing that a subject has left behind may keep the benchmark.
process.exit();
