/** A seeded source of numbers in [0, 1). The same seed gives the same numbers on every machine. */
export type Random = () => number

/**
 * xoshiro128** seeded through splitmix32, so that neighbouring seeds give unrelated streams.
 * Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS 2021; Steele, Lea, Flood,
 * "Fast splittable pseudorandom number generators", OOPSLA 2014 (splitmix).
 */
export function seededRandom(seed: number): Random {
  let mix = seed >>> 0
  const splitmix = () => {
    mix = (mix + 0x9e3779b9) | 0
    let z = mix
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  }
  let a = splitmix()
  let b = splitmix()
  let c = splitmix()
  let d = splitmix()
  return () => {
    const scaled = Math.imul(b, 5)
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return (result >>> 0) / 0x1_0000_0000
  }
}

/** Numbers 0 … size − 1, rank 0 the most frequent: P(rank) ∝ 1 / (rank + 1)^exponent (Zipf). Exponent 0 is uniform. */
export function zipf(random: Random, size: number, exponent: number): () => number {
  const cumulative = new Float64Array(size)
  let sum = 0
  for (let rank = 0; rank < size; rank++) {
    sum += 1 / (rank + 1) ** exponent
    cumulative[rank] = sum
  }
  return () => {
    const target = random() * sum
    let low = 0
    let high = size - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((cumulative[middle] ?? sum) > target) high = middle
      else low = middle + 1
    }
    return low
  }
}
