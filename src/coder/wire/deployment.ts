/** What Coder sends about itself, its users and organizations, and about errors. */

import { z } from 'zod';
import { type Known, listOf, optionalText, text } from './lenient.js';

export const buildInfoSchema = z.looseObject({
  version: z.string().min(1),
  /** The access address: where people open the dashboard. */
  dashboard_url: text,
});

export const userSchema = z.looseObject({
  id: z.string().min(1),
  username: z.string().min(1),
  name: optionalText,
  status: text,
  roles: listOf(z.looseObject({ name: text, display_name: text })),
});

export const organizationSchema = z.looseObject({
  id: z.string().min(1),
  name: text,
  display_name: text,
  description: text,
});

export const errorBodySchema = z.looseObject({
  message: z.string().min(1),
  detail: z.string().catch(''),
  validations: listOf(z.looseObject({ field: text, detail: text })),
});

export type BuildInfo = Known<z.output<typeof buildInfoSchema>>;
export type User = Known<z.output<typeof userSchema>>;
export type Organization = Known<z.output<typeof organizationSchema>>;
export type ErrorBody = Known<z.output<typeof errorBodySchema>>;
export type Validation = ErrorBody['validations'][number];
