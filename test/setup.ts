/** Before every test file: random tests draw the same values in every run, so that a red one is a change of ours. */

import { configureGlobal } from 'fast-check';

configureGlobal({ seed: 20_261_124 });
