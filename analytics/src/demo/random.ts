/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** Standard normal (Box–Muller). */
  normal(): number
  /** One of the items, each as likely as its weight says. */
  pick<Item>(items: readonly Item[], weight: (item: Item) => number): Item
  /** So many hex digits. */
  hex(digits: number): string
}

/** Source: mulberry32 by Tommy Ettinger, public domain. */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick(items, weight) {
      let left = next() * items.reduce((sum, item) => sum + weight(item), 0)
      const found = items.find((item) => {
        left -= weight(item)
        return left < 0
      })
      const last = found ?? items.at(-1)
      if (last === undefined) throw new RangeError('There is nothing to pick from.')
      return last
    },
    hex(digits) {
      let text = ''
      while (text.length < digits)
        text += Math.floor(next() * 2 ** 32)
          .toString(16)
          .padStart(8, '0')
      return text.slice(0, digits)
    },
  }
}
