/** The fault matrix of the calls that change something. */

import { scenarios } from './fault-cells.js';
import { testMatrix } from './fault-matrix.js';

testMatrix(scenarios.filter(({ isReading }) => !isReading));
