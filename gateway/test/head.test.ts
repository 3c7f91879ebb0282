import { describe, it } from 'vitest'
import { extendHead } from '../src/http/head.js'

describe('the head of an answer', () => {
  it('has each header once, the last one given, and every cookie', ({ expect }) => {
    const cookies = { 'set-cookie': ['a=1', 'b=2'], 'x-cost': '3' }
    const answer = { 'content-type': 'application/json', vary: 'origin, accept', 'x-cost': '4' }
    expect(
      extendHead(['x-lighthouse-request-id', 'r', 'vary', 'origin'], cookies, undefined, answer),
    ).toEqual([
      ...['x-lighthouse-request-id', 'r'],
      ...['vary', 'origin, accept'],
      ...['set-cookie', 'a=1', 'set-cookie', 'b=2'],
      ...['x-cost', '4'],
      ...['content-type', 'application/json'],
    ])
  })
})
