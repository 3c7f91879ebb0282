import fc from 'fast-check'
import { describe, it } from 'vitest'
import { openS3Fifo } from '../../src/tiers/s3-fifo.js'

interface Line {
  readonly key: string
  readonly value: number
  readonly bytes: number
  readonly expiresAt: number
  hits: number
}

/** The paper's pseudo-code over plain arrays, oldest first: slow, and easy to compare with the paper. */
class Simulator {
  small: Line[] = []
  main: Line[] = []
  ghosts: string[] = []
  readonly #max: { readonly entries: number; readonly bytes: number }

  constructor(max: { readonly entries: number; readonly bytes: number }) {
    this.#max = max
  }

  get lines(): readonly Line[] {
    return [...this.small, ...this.main]
  }

  get bytes(): number {
    return sum(this.lines)
  }

  find(key: string, now: number): Line | undefined {
    const found = this.lines.find((line) => line.key === key)
    if (found !== undefined && found.expiresAt <= now) this.delete(key)
    return found !== undefined && found.expiresAt > now ? found : undefined
  }

  get(key: string, now: number): number | undefined {
    const line = this.find(key, now)
    if (line !== undefined) line.hits = Math.min(3, line.hits + 1)
    return line?.value
  }

  set(line: Omit<Line, 'hits'>, now: number): void {
    const known = this.find(line.key, now)
    const inMain = known !== undefined && this.main.includes(known)
    this.delete(line.key)
    if (line.bytes > this.#max.bytes / 10) return
    this.#makeRoom(line.bytes)
    const back = known === undefined && this.ghosts.includes(line.key)
    if (back) this.ghosts = this.ghosts.filter((key) => key !== line.key)
    const queue = inMain || back ? this.main : this.small
    queue.push({ ...line, hits: known?.hits ?? 0 })
  }

  delete(key: string): boolean {
    const before = this.lines.length
    this.small = this.small.filter((line) => line.key !== key)
    this.main = this.main.filter((line) => line.key !== key)
    return this.lines.length < before
  }

  #makeRoom(bytes: number): void {
    const share = Math.max(1, Math.floor(this.#max.entries / 10))
    while (this.lines.length >= this.#max.entries || this.bytes + bytes > this.#max.bytes) {
      if (this.lines.length === 0) return
      const full = this.small.length >= share || sum(this.small) + bytes > this.#max.bytes / 10
      if (this.small.length > 0 && (full || this.main.length === 0)) this.#leaveSmall()
      else this.#leaveMain()
    }
  }

  #leaveSmall(): void {
    const line = this.small.shift()
    if (line === undefined) return
    if (line.hits > 1) {
      this.main.push({ ...line, hits: 0 })
      return
    }
    const share = Math.max(1, Math.floor(this.#max.entries / 10))
    this.ghosts = [...this.ghosts.filter((key) => key !== line.key), line.key]
    this.#ghostTurns.push(line.key)
    const room = Math.max(1, this.#max.entries - share)
    if (this.#ghostTurns.length > room) {
      const oldest = this.#ghostTurns.shift()
      if (oldest !== undefined && !this.#ghostTurns.includes(oldest))
        this.ghosts = this.ghosts.filter((key) => key !== oldest)
    }
  }

  /** Every departure takes one place, also of a key that has come back since. */
  readonly #ghostTurns: string[] = []

  #leaveMain(): void {
    const line = this.main.shift()
    if (line !== undefined && line.hits > 0) this.main.push({ ...line, hits: line.hits - 1 })
  }
}

const sum = (lines: readonly Line[]): number => lines.reduce((total, { bytes }) => total + bytes, 0)

const key = fc.integer({ min: 0, max: 40 }).map((n) => `k${n}`)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('get' as const), key }) },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('set' as const),
      key,
      bytes: fc.integer({ min: 1, max: 30 }),
      ttlMs: fc.constantFrom(10, 1_000, 100_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('delete' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40 }) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Runs the same steps on both and says where they part. */
function compare(steps: readonly Step[], max: { readonly entries: number; readonly bytes: number }): void {
  let now = 0
  const real = openS3Fifo<number>({
    maxEntries: max.entries,
    maxBytes: max.bytes,
    bytesOf: (_key, value) => Math.floor(value / 1_000),
    now: () => now,
  })
  const model = new Simulator(max)
  for (const [i, one] of steps.entries()) {
    if (one.what === 'wait') now += one.ms
    if (one.what === 'delete' && real.delete(one.key) !== model.delete(one.key))
      throw new Error(`delete ${i}`)
    if (one.what === 'get' && real.get(one.key) !== model.get(one.key, now)) throw new Error(`get ${i}`)
    if (one.what === 'set') {
      const value = one.bytes * 1_000 + (i % 1_000)
      real.set(one.key, value, one.ttlMs)
      model.set({ key: one.key, value, bytes: one.bytes, expiresAt: now + one.ttlMs }, now)
    }
    if (real.size !== model.lines.length || real.bytes !== model.bytes)
      throw new Error(
        `after step ${i}: ${real.size} entries, ${real.bytes} bytes; the model has ${model.lines.length}, ${model.bytes}`,
      )
    if (real.size > max.entries || real.bytes > max.bytes) throw new Error(`over the bound after step ${i}`)
  }
}

describe('the S3-FIFO cache', () => {
  it('[P-032] does what a plain simulation of the paper does, step by step', ({ expect }) => {
    const sizes = fc.record({
      entries: fc.integer({ min: 1, max: 30 }),
      bytes: fc.integer({ min: 50, max: 600 }),
    })
    const property = fc.property(fc.array(step, { maxLength: 400 }), sizes, compare)
    expect(() => fc.assert(property, { numRuns: 1_000 })).not.toThrow()
  })

  it('[P-032] keeps at least 99 of the 100 hottest entries through a scan of 1,500 keys', ({ expect }) => {
    const cache = openS3Fifo<number>({ maxEntries: 1_000 })
    const ask = (name: string): void => {
      if (cache.get(name) === undefined) cache.set(name, 1, 60_000)
    }
    for (let round = 0; round < 5; round += 1) {
      for (let hot = 0; hot < 100; hot += 1) ask(`hot${hot}`)
      for (let cold = 0; cold < 300; cold += 1) ask(`cold${round}.${cold}`)
    }
    for (let scanned = 0; scanned < 1_500; scanned += 1) ask(`scan${scanned}`)
    const kept = Array.from({ length: 100 }, (_, hot) => cache.peek(`hot${hot}`)).filter((one) => one === 1)
    expect(kept.length).toBeGreaterThanOrEqual(99)
    expect(cache.size).toBe(1_000)
  })

  it('does not keep what is larger than a tenth of its bytes, nor the older value under that key', ({
    expect,
  }) => {
    const cache = openS3Fifo<string>({
      maxEntries: 10,
      maxBytes: 100,
      bytesOf: (_key, value) => value.length,
    })
    cache.set('a', 'short', 1_000)
    cache.set('a', 'x'.repeat(11), 1_000)
    expect([cache.get('a'), cache.size, cache.bytes]).toEqual([undefined, 0, 0])
  })

  it('forgets all at once, its ghosts too', ({ expect }) => {
    const cache = openS3Fifo<number>({ maxEntries: 10 })
    for (let i = 0; i < 50; i += 1) cache.set(`k${i}`, i, 1_000)
    cache.clear()
    expect([cache.size, cache.bytes, cache.get('k49')]).toEqual([0, 0, undefined])
    for (let i = 0; i < 50; i += 1) cache.set(`k${i}`, i, 1_000)
    expect(cache.size).toBe(10)
  })
})
