/** The wire schemas of everything that Coder sends, in one place to import from; they live by subject in `schemas/`. */

export * from './deployment.js';
export * from './tasks.js';
export * from './templates.js';
export * from './workspaces.js';
