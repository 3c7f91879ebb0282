/** How the live data stands. `signed-out`: the gateway refused the credential, nothing is tried until a new one. */
export type Phase = 'connecting' | 'live' | 'stale' | 'reconnecting' | 'paused' | 'signed-out'

export interface Connection {
  readonly phase: Phase
  /** When the phase began, ms since the epoch by this machine's clock. */
  readonly since: number
  /** How far the newest frame was behind its making when it came, ms ≥ 0. */
  readonly lagMs: number
  /** When the newest frame came; undefined before the first. */
  readonly frameAt: number | undefined
  /** How far the server's clock is ahead of ours, ms ≥ 0: the smallest seen, so that lag is never negative. */
  readonly aheadMs: number
}

export type Signal =
  | { readonly kind: 'frame'; readonly now: number; readonly madeAt: number }
  | { readonly kind: 'tick' | 'closed' | 'denied' | 'pause' | 'resume' | 'retry'; readonly now: number }

/** Without a frame for this long, live data is called stale: three frames of the slowest pace the console asks for. */
export const STALE_AFTER_MS = 3_000

/** The state before anything happened. */
export function connecting(now: number): Connection {
  return { phase: 'connecting', since: now, lagMs: 0, frameAt: undefined, aheadMs: 0 }
}

const to = (from: Connection, phase: Phase, now: number): Connection =>
  from.phase === phase ? from : { ...from, phase, since: now }

function framed(from: Connection, now: number, madeAt: number): Connection {
  const aheadMs = Math.max(from.aheadMs, madeAt - now)
  const lagMs = Math.max(0, now - madeAt + aheadMs)
  return {
    phase: 'live',
    since: from.phase === 'live' ? from.since : now,
    lagMs,
    frameAt: now,
    aheadMs,
  }
}

/** The next state. Paused and signed-out are left only by what the person does (resume, retry). Pure. */
export function advance(from: Connection, signal: Signal): Connection {
  const { now } = signal
  if (from.phase === 'signed-out')
    return signal.kind === 'retry' ? { ...connecting(now), aheadMs: from.aheadMs } : from
  if (from.phase === 'paused') {
    if (signal.kind === 'denied') return to(from, 'signed-out', now)
    return signal.kind === 'resume' || signal.kind === 'retry' ? to(from, 'connecting', now) : from
  }
  switch (signal.kind) {
    case 'frame':
      return framed(from, now, signal.madeAt)
    case 'pause':
      return to(from, 'paused', now)
    case 'denied':
      return to(from, 'signed-out', now)
    case 'closed':
      return to(from, 'reconnecting', now)
    case 'tick': {
      const quietMs = now - (from.frameAt ?? now)
      return from.phase === 'live' && quietMs > STALE_AFTER_MS ? to(from, 'stale', now) : from
    }
    case 'resume':
    case 'retry':
      return from
  }
}

/** Whole seconds since the newest frame came, for `stale n s`; since the phase began when there was none. */
export function quietSeconds(connection: Connection, now: number): number {
  return Math.max(0, Math.floor((now - (connection.frameAt ?? connection.since)) / 1_000))
}

/** Whether what is shown as live is not: it is greyed then. */
export function isCold(phase: Phase): boolean {
  return phase === 'stale' || phase === 'reconnecting' || phase === 'signed-out'
}
