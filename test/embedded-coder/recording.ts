/** Reads the recorded exchanges with real Coder servers, and JSON as it stands in their bodies. */

import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

export const versions = ['v2.29.10', 'v2.30.7', 'v2.31.9', 'v2.33.0-rc.1', 'v2.35-dev'] as const;
export type Version = (typeof versions)[number];

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

const json: z.ZodType<Json> = z.json();

const exchange = z.object({
  situation: z.string(),
  as: z.string().nullable(),
  at: z.string(),
  elapsed_ms: z.number(),
  request: z.object({
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string().nullable(),
  }),
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.string()),
    body: z.string().nullable(),
  }),
});
export type Exchange = z.infer<typeof exchange>;

const stream = z.object({
  request: z.object({ method: z.string(), path: z.string() }),
  response: z.object({ status: z.number(), headers: z.record(z.string(), z.string()) }),
  events: z.array(z.object({ at: z.string(), raw: z.string() })),
});

const recording = z.object({ exchanges: z.array(exchange), streams: z.array(stream).default([]) });
export type Recording = z.infer<typeof recording>;

function directory(version: Version): URL {
  return new URL(`../recordings/${version}/`, import.meta.url);
}

/** The names of the recordings of one version, without `.json`. */
export function recordingNames(version: Version): readonly string[] {
  return readdirSync(directory(version)).map((file) => file.replace(/\.json$/, ''));
}

export function readRecording(version: Version, name: string): Recording {
  return recording.parse(JSON.parse(readFileSync(new URL(`${name}.json`, directory(version)), 'utf8')));
}

/** The value a text stands for when it is JSON, else undefined. */
export function parseJson(text: string): Json | undefined {
  try {
    return json.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every object anywhere inside a value, itself included. */
export function* objectsIn(value: Json | undefined): Generator<JsonObject> {
  if (Array.isArray(value)) {
    for (const item of value) yield* objectsIn(item);
  } else if (isObject(value)) {
    yield value;
    for (const item of Object.values(value)) yield* objectsIn(item);
  }
}
