/** The protocol's error codes, without loading the SDK. */

export const errorCodes = {
  parseError: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  /** Until 2025-11-25; later revisions say -32602. */
  resourceNotFound: -32_002,
  /** From 2026-07-28 on. */
  unsupportedProtocolVersion: -32_022,
} as const;
