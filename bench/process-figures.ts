/** What the operating system says about a running process. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const hasProc = existsSync('/proc/self/status');
// On every Linux that Node runs on.
const TICKS_PER_SECOND = 100;

/** Memory that it holds now, in MB. */
export function rssOf(pid: number): number {
  return hasProc ? statusOf(pid, 'VmRSS') : Number(ps(pid, 'rss')) / 1_024;
}

/** The most memory that it has held so far, in MB; what it holds now where the system does not keep that. */
export function peakRssOf(pid: number): number {
  return hasProc ? statusOf(pid, 'VmHWM') : rssOf(pid);
}

/** Seconds of a core that it has used since it was started. */
export function cpuSecondsOf(pid: number): number {
  if (!hasProc) {
    const [seconds = 0, minutes = 0, hours = 0] = ps(pid, 'time').split(':').map(Number).reverse();
    return (hours * 60 + minutes) * 60 + seconds;
  }
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field, the name, is in parentheses and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
  return (user + system) / TICKS_PER_SECOND;
}

function statusOf(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1_024;
}

function ps(pid: number, field: string): string {
  return execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
}
