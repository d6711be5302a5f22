/** The fault matrix of the calls that only read. */

import { scenarios } from './fault-cells.js';
import { testMatrix } from './fault-matrix.js';

testMatrix(scenarios.filter(({ isReading }) => isReading));
