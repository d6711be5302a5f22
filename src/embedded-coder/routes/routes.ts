/** The map of the deployment: which path and method goes where, and what answers when nothing fits. */

import { type Answer, ok, Refusal, routeNotFound } from '../http/answer.js';
import { authenticate } from '../http/auth.js';
import type { Call, Caller } from '../http/call.js';
import type { World } from '../world/world.js';
import * as builds from './builds.js';
import * as catalog from './catalog.js';
import * as people from './people.js';
import { answerTasks, notAllowed } from './tasks.js';
import * as workspaces from './workspaces.js';

type Handler = (world: World, call: Call, caller: Caller, url: string) => Answer;

/** `*` stands for one segment of the path. */
const ROUTES: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', 'templates', catalog.listTemplates],
  ['GET', 'templates/*', catalog.getTemplate],
  ['PATCH', 'templates/*', catalog.updateTemplate],
  ['GET', 'templates/*/versions', catalog.listVersions],
  ['GET', 'templates/*/versions/*', catalog.getVersionByName],
  ['GET', 'templateversions/*', catalog.getVersion],
  ['GET', 'templateversions/*/presets', catalog.listPresets],
  ['GET', 'templateversions/*/rich-parameters', catalog.listParameters],
  ['GET', 'templateversions/*/external-auth', catalog.listExternalLogins],
  ['POST', 'templateversions/*/archive', catalog.archiveVersion],
  ['GET', 'organizations', people.listOrganizations],
  ['GET', 'organizations/*', people.getOrganization],
  ['GET', 'organizations/*/templates/*', catalog.getTemplateByName],
  ['GET', 'organizations/*/templates/*/versions/*', catalog.getVersionByNames],
  ['GET', 'users/*', people.getUser],
  ['GET', 'users/*/organizations', people.listOrganizationsOfUser],
  ['PUT', 'users/*/status/suspend', people.setUserStatus],
  ['PUT', 'users/*/status/activate', people.setUserStatus],
  ['POST', 'users/*/keys/tokens', people.createToken],
  ['POST', 'users/*/workspaces', workspaces.createWorkspace],
  ['GET', 'users/*/workspace/*', workspaces.getWorkspaceByName],
  ['GET', 'auth/scopes', people.listScopes],
  ['GET', 'workspaces', workspaces.listWorkspaces],
  ['GET', 'workspaces/*', workspaces.getWorkspace],
  ['GET', 'workspaces/*/watch', workspaces.watchWorkspace],
  ['GET', 'workspaces/*/watch-ws', workspaces.refuseWebSocket],
  ['GET', 'workspaces/*/builds', workspaces.listBuilds],
  ['POST', 'workspaces/*/builds', workspaces.createBuild],
  ['PUT', 'workspaces/*/extend', workspaces.extendWorkspace],
  ['PUT', 'workspaces/*/ttl', workspaces.setTtl],
  ['PATCH', 'workspaces/*/acl', workspaces.shareWorkspace],
  ['GET', 'workspacebuilds/*', builds.getBuild],
  ['GET', 'workspacebuilds/*/logs', builds.getBuildLogs],
  ['PATCH', 'workspacebuilds/*/cancel', builds.cancelBuild],
  ['GET', 'workspaceagents/*', builds.getAgent],
  ['GET', 'workspaceagents/*/logs', builds.getAgentLogs],
  ['GET', 'experiments', () => ok([])],
];

/** Answers a call below /api/v2 or /api/experimental. */
export async function route(world: World, call: Call, prefix: 'v2' | 'experimental', url: string): Promise<Answer> {
  const [first] = call.segments;
  const { tasks } = world.features;
  if (first === 'tasks' && (tasks === 'both' || tasks === prefix)) {
    return answerTasks(world, call, authenticate(world, call, url));
  }
  const chats = world.features.chats[prefix];
  if (first === 'chats' && call.segments.length === 1 && chats) {
    authenticate(world, call, url);
    if (chats === 'gated') throw new Refusal(403, "Agents functionality requires enabling the 'agents' experiment.");
    return ok([]);
  }
  if (prefix === 'experimental') throw routeNotFound();
  if (first === undefined) return ok({ message: '👋' });
  if (first === 'buildinfo' && call.segments.length === 1) return ok(buildInfo(world, url));
  const fitting = ROUTES.filter(([, path]) => matches(path, call.segments));
  if (fitting.length === 0) throw routeNotFound();
  const caller = authenticate(world, call, url);
  const [, , handler] = fitting.find(([method]) => method === call.method) ?? [];
  return handler === undefined ? notAllowed(fitting.map(([method]) => method)) : handler(world, call, caller, url);
}

function matches(path: string, segments: readonly string[]): boolean {
  const wanted = path.split('/');
  return wanted.length === segments.length && wanted.every((part, index) => part === '*' || part === segments[index]);
}

// As long as a real one, and of no use to anybody.
const WEB_PUSH_KEY = `B${'A'.repeat(86)}`;

function buildInfo(world: World, url: string): unknown {
  return {
    external_url: 'https://github.com/coder/coder',
    version: world.features.version,
    dashboard_url: url,
    telemetry: false,
    workspace_proxy: false,
    agent_api_version: '1.0',
    provisioner_api_version: world.features.provisionerApiVersion,
    upgrade_message: '',
    deployment_id: world.deploymentId,
    ...(world.features.webPushKey ? { webpush_public_key: WEB_PUSH_KEY } : {}),
  };
}
