/** Templates, versions, people and the organization: what they look like on the wire (coder-api §7). */

import { toGoTime, ZERO_UUID } from '../http/answer.js';
import type { ExternalLogin, Parameter, Preset, Template, User, Version } from '../world/model.js';
import type { World } from '../world/world.js';
import { importedJobFields } from './workspace.js';

const WEEK = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const CACHE_FIELDS = {
  none: {},
  module: { disable_module_cache: false },
  'terraform-workspace': { use_terraform_workspace_cache: false },
} as const;
const NO_TIMES = { P50: null, P95: null };

export function templateView(world: World, template: Template): unknown {
  const { organization, features } = world;
  const creator = world.users[0];
  return {
    id: template.id,
    created_at: toGoTime(template.createdAt),
    updated_at: toGoTime(template.updatedAt),
    organization_id: organization.id,
    organization_name: organization.name,
    organization_display_name: organization.displayName,
    organization_icon: '',
    name: template.name,
    display_name: template.displayName,
    provisioner: 'terraform',
    active_version_id: template.activeVersionId,
    active_user_count: template.activeUsers,
    build_time_stats: { delete: NO_TIMES, start: NO_TIMES, stop: NO_TIMES },
    description: template.description,
    deprecated: false,
    deprecation_message: '',
    ...(features.templateSaysDeleted ? { deleted: template.deleted } : {}),
    icon: template.icon,
    default_ttl_ms: template.ttlMs,
    activity_bump_ms: template.activityBumpMs,
    autostop_requirement: { days_of_week: [], weeks: 1 },
    autostart_requirement: { days_of_week: WEEK },
    created_by_id: creator?.id ?? ZERO_UUID,
    created_by_name: creator?.username ?? '',
    allow_user_autostart: true,
    allow_user_autostop: true,
    allow_user_cancel_workspace_jobs: template.allowCancel,
    failure_ttl_ms: 0,
    time_til_dormant_ms: 0,
    time_til_dormant_autodelete_ms: 0,
    require_active_version: false,
    max_port_share_level: 'public',
    cors_behavior: 'simple',
    use_classic_parameter_flow: false,
    ...CACHE_FIELDS[features.templateCache ?? 'none'],
  };
}

export function versionView(world: World, version: Version): unknown {
  const creator = world.users[0];
  const at = toGoTime(version.createdAt);
  return {
    id: version.id,
    ...(version.templateId === undefined ? {} : { template_id: version.templateId }),
    organization_id: world.organization.id,
    created_at: at,
    updated_at: at,
    name: version.name,
    message: '',
    job: {
      id: version.importJobId,
      created_at: at,
      started_at: at,
      ...(version.import === 'running' ? {} : { completed_at: at }),
      ...(version.import === 'failed' ? { error: importError(world) } : {}),
      status: version.import,
      worker_id: world.deploymentId,
      ...importedJobFields(world, creator?.id ?? ZERO_UUID, version.fileId),
      queue_position: 0,
      queue_size: 0,
      input: { template_version_id: version.id },
      type: 'template_version_import',
    },
    readme: '',
    created_by: {
      id: creator?.id ?? ZERO_UUID,
      username: creator?.username ?? '',
      ...(creator?.fullName === undefined ? {} : { name: creator.fullName }),
    },
    archived: version.archived,
    has_external_agent: false,
  };
}

function importError({ features }: World): string {
  const step = features.newBuildStages ? 'init error' : 'provision for start';
  return `template import ${step}: initialize terraform: exit status 1`;
}

export function presetView(preset: Preset): unknown {
  return {
    ID: preset.id,
    Name: preset.name,
    Parameters: preset.parameters.map(({ name, value }) => ({ Name: name, Value: value })),
    Default: preset.isDefault,
    DesiredPrebuildInstances: 0,
    Description: preset.description,
    Icon: preset.icon,
  };
}

export function parameterView(parameter: Parameter): unknown {
  return {
    name: parameter.name,
    ...(parameter.displayName === undefined ? {} : { display_name: parameter.displayName }),
    description: parameter.description,
    description_plaintext: parameter.description,
    type: parameter.type,
    form_type: parameter.formType,
    mutable: parameter.mutable,
    default_value: parameter.defaultValue,
    icon: '',
    options: parameter.options.map(({ name, value }) => ({ name, description: '', value, icon: '' })),
    ...(parameter.min === undefined ? {} : { validation_min: parameter.min }),
    ...(parameter.max === undefined ? {} : { validation_max: parameter.max }),
    required: parameter.required,
    ephemeral: false,
  };
}

/** No recording has one of these; the fields are those of coder-api §7. */
export function externalLoginView(login: ExternalLogin, user: User, url: string): unknown {
  return {
    id: login.id,
    type: login.type,
    display_name: login.displayName,
    display_icon: '',
    authenticate_url: `${url}/external-auth/${login.id}`,
    authenticated: login.authenticated.has(user.username),
    ...(login.optional ? { optional: true } : {}),
  };
}

export function userView(world: World, user: User): unknown {
  const roles = { owner: 'Owner', 'template-admin': 'Template Admin', auditor: 'Auditor' } as const;
  return {
    id: user.id,
    username: user.username,
    ...(user.fullName === undefined ? {} : { name: user.fullName }),
    email: user.email,
    created_at: toGoTime(user.createdAt),
    updated_at: toGoTime(user.updatedAt),
    last_seen_at: toGoTime(user.lastSeenAt),
    status: user.status,
    login_type: 'password',
    organization_ids: [world.organization.id],
    roles: user.siteRole === undefined ? [] : [{ name: user.siteRole, display_name: roles[user.siteRole] }],
    ...(world.features.userHasAiSeat ? { has_ai_seat: false } : {}),
  };
}

export function organizationView(world: World): unknown {
  const { organization } = world;
  const at = toGoTime(organization.createdAt);
  return {
    id: organization.id,
    name: organization.name,
    display_name: organization.displayName,
    icon: '',
    description: 'Builtin default organization.',
    created_at: at,
    updated_at: at,
    is_default: true,
    ...(world.features.memberRoles ? { default_org_member_roles: ['organization-workspace-access'] } : {}),
  };
}
