import {
  goldenDecision,
  goldenErrors,
  goldenLatency,
  goldenOperations,
  goldenRate,
  goldenTiers,
  goldenTrace,
  goldenWalk,
} from './golden.js'

/** What a test may set while the server runs, by POST /golden. */
export interface Controls {
  /** Name of an operation that fails as an internal error. */
  fail?: string | null
  /** No traffic, no decisions, no walks. */
  empty?: boolean
  /** Milliseconds that live frames say they are older than they are. */
  lagMs?: number
}

const WINDOW_MS = 10_000
/** The service decided this many before the console opened. */
const PAST_DECISIONS = 200

/** Seconds of an ISO 8601 duration of hours, minutes and seconds. */
function windowSeconds(text: string): number {
  const found = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text)
  if (found === null) throw new Error(`this server reads windows like PT1H30M or PT900S, not ${text}`)
  const [, hours = '0', minutes = '0', seconds = '0'] = found
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)
}

function series(window: string, points: number) {
  const seconds = windowSeconds(window)
  const step = seconds / points
  const now = Date.now() / 1_000
  const first = Math.ceil((now - seconds) / step) * step
  return Array.from({ length: points }, (_, index) => {
    const at = first + index * step
    return {
      at: new Date(at * 1_000).toISOString(),
      count: Math.round(goldenRate(at) * step),
      errors: Math.round(goldenErrors(at) * step),
      ...goldenLatency(at),
    }
  })
}

/** The live frame of this moment. */
function frame(controls: Controls, n: number) {
  const now = Date.now() - (controls.lagMs ?? 0)
  const atS = now / 1_000
  const seconds = WINDOW_MS / 1_000
  const total = {
    name: 'total',
    count: Math.round(goldenRate(atS) * seconds),
    errors: Math.round(goldenErrors(atS) * seconds),
    ratePerSecond: goldenRate(atS),
    ...goldenLatency(atS),
  }
  const operations = goldenOperations(seconds).map((operation) => {
    const wave = goldenLatency(atS + operation.name.length * 31).p50Ms / 2.1
    return { ...operation, p50Ms: operation.p50Ms * wave, p95Ms: operation.p95Ms * wave }
  })
  const quiet = { ...total, count: 0, errors: 0, ratePerSecond: 0, p50Ms: null, p95Ms: null, p99Ms: null }
  return {
    at: new Date(now).toISOString(),
    windowMs: WINDOW_MS,
    total: controls.empty === true ? quiet : total,
    operations: controls.empty === true ? [] : operations,
    tiers: controls.empty === true ? [] : goldenTiers(seconds),
    traces: n % 4 === 0 ? [goldenTrace(n % 12)] : [],
  }
}

async function* every<Payload>(ms: number, make: (n: number) => Payload): AsyncGenerator<Payload> {
  for (let n = 0; ; n += 1) {
    yield make(n)
    await new Promise((resolve) => setTimeout(resolve, ms))
  }
}

/** Root resolvers over the golden data. `shown` collects what consoles reported. */
export function createRoots(controls: Controls, shown: unknown[]) {
  const startedAt = Date.now()
  const decidedLive: Date[] = []
  const decidedAt = (n: number): Date =>
    decidedLive[n - PAST_DECISIONS] ?? new Date(startedAt - (PAST_DECISIONS - n) * 1_700)
  const walkAt = (n: number): Date => new Date(startedAt - n * 21_000)
  let made = PAST_DECISIONS
  const unlessEmpty = <Row>(rows: () => readonly Row[]): readonly Row[] =>
    controls.empty === true ? [] : rows()
  return {
    query: {
      me: () => ({ id: 'agent-keeper', name: 'Keeper', role: 'ADMIN' }),
      events: () => ({
        lastSequence: 20_401,
        hasMore: false,
        events: unlessEmpty(() => [
          {
            id: 'evt-flag',
            sequence: 20_100,
            type: 'FLAG_CHANGED',
            timestamp: new Date(startedAt - 240_000).toISOString(),
            aggregateId: 'redis-tier',
          },
        ]),
      }),
      latencySeries: ({ window, points }: { window: string; points: number }) =>
        unlessEmpty(() => series(window, points)),
      latency: ({ operation, window }: { operation: string; window: string }) => {
        const found = goldenOperations(windowSeconds(window)).find((row) => row.name === operation)
        const p50Ms = found?.p50Ms ?? null
        return {
          operation,
          count: found?.count ?? 0,
          errors: found?.errors ?? 0,
          p50Ms,
          p90Ms: p50Ms === null ? null : p50Ms * 2,
          p95Ms: found?.p95Ms ?? null,
          p99Ms: found?.p99Ms ?? null,
          p999Ms: p50Ms === null ? null : p50Ms * 14,
          meanMs: p50Ms === null ? null : p50Ms * 1.35,
          maxMs: found?.maxMs ?? null,
        }
      },
      operations: ({ window, first }: { window: string; first: number }) =>
        unlessEmpty(() => goldenOperations(windowSeconds(window)).slice(0, first)),
      tierStats: ({ window }: { window: string }) => unlessEmpty(() => goldenTiers(windowSeconds(window))),
      decisions: ({ last }: { last: number }) =>
        unlessEmpty(() =>
          Array.from({ length: made }, (_, n) => goldenDecision(n, decidedAt(n)))
            .reverse()
            .slice(0, last),
        ),
      decision: ({ id }: { id: string }) => {
        const n = Number.parseInt(id.replace('dec-', ''), 16)
        return n < made ? goldenDecision(n, decidedAt(n)) : null
      },
      walks: () => unlessEmpty(() => Array.from({ length: 12 }, (_, n) => goldenWalk(n, walkAt(n)))),
      walk: ({ traceId }: { traceId: string }) => {
        const n = Array.from({ length: 12 }, (_, index) => index).find(
          (index) => goldenTrace(index) === traceId,
        )
        return n === undefined ? null : goldenWalk(n, walkAt(n))
      },
    },
    mutation: {
      reportShown: ({ input }: { input: readonly unknown[] }) => {
        shown.push(input)
        return input.length
      },
    },
    subscription: {
      liveMetrics: ({ intervalMs }: { intervalMs: number }) =>
        every(intervalMs, (n) => ({ liveMetrics: frame(controls, n) })),
      decisionStream: async function* () {
        for await (const _ of every(700, (n) => n)) {
          if (controls.empty === true) continue
          const n = made
          made += 1
          decidedLive.push(new Date())
          yield { decisionStream: goldenDecision(n, decidedAt(n)) }
        }
      },
    },
  }
}
