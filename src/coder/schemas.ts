/** The wire schemas of everything that Coder sends, in one place to import from; they live by subject in `schemas/`. */

export * from './schemas/deployment.js';
export * from './schemas/tasks.js';
export * from './schemas/templates.js';
export * from './schemas/workspaces.js';
