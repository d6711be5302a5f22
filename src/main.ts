#!/usr/bin/env node
/** The first file of the program: it refuses a Node that is too old, and loads the rest. Node 10 must be able to parse it. */

// undici's floor; `engines` in package.json names the same version.
const NEEDED = [20, 18, 1];

const running = process.versions.node.split('.').map(Number);
const differing = NEEDED.findIndex((part, index) => part !== running[index]);
const isOld = differing !== -1 && Number(running[differing]) < Number(NEEDED[differing]);

function fail(sentence: string): void {
  process.stderr.write(`coder-tasks-mcp ${sentence}\n`);
  process.exit(1);
}

if (isOld) {
  fail(`needs Node ${NEEDED.join('.')} or later, this is ${process.version} at ${process.execPath}`);
} else {
  import('./commands/run.js').then(
    ({ runProgram }) => runProgram(),
    (error) => fail(`cannot start: ${error}`),
  );
}
