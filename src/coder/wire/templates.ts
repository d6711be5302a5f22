/** What Coder sends about templates, their versions, presets, parameters and external logins. */

import { z } from 'zod';
import { flag, type Known, listOf, optionalCount, optionalText, text, time } from './lenient.js';
import { jobSchema } from './workspaces.js';

export const templateSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string().min(1),
  display_name: text,
  description: text,
  organization_id: text,
  organization_name: text,
  active_version_id: text,
  deprecated: flag,
  deprecation_message: text,
});

export const templateVersionSchema = z.looseObject({
  id: z.string().min(1),
  template_id: optionalText,
  organization_id: text,
  name: text,
  message: text,
  created_at: time,
  archived: flag,
  job: jobSchema,
});

// Presets alone have capitalised keys on the wire (coder-api §7).
export const presetSchema = z.looseObject({
  ID: z.string().min(1),
  Name: text,
  Parameters: listOf(z.looseObject({ Name: z.string(), Value: text })),
  Default: flag,
  Description: text,
});

export const richParameterSchema = z.looseObject({
  name: z.string().min(1),
  display_name: optionalText,
  description: text,
  type: text,
  default_value: text,
  options: listOf(z.looseObject({ name: text, value: z.string(), description: text })),
  required: flag,
  ephemeral: flag,
  validation_regex: optionalText,
  validation_min: optionalCount,
  validation_max: optionalCount,
  validation_error: optionalText,
});

export const externalAuthSchema = z.looseObject({
  id: z.string().min(1),
  type: text,
  display_name: text,
  authenticate_url: text,
  authenticated: flag,
  optional: flag,
});

export type Template = Known<z.output<typeof templateSchema>>;
export type TemplateVersion = Known<z.output<typeof templateVersionSchema>>;
export type Preset = Known<z.output<typeof presetSchema>>;
export type RichParameter = Known<z.output<typeof richParameterSchema>>;
export type ExternalAuth = Known<z.output<typeof externalAuthSchema>>;
