/** True for a supergraph with scalars beside those of GraphQL: what stands in them is not known here, and passes as it is. */
export function hasOwnScalars(sdl: string): boolean {
  return /^\s*scalar\s+(?!join__|link__|core__|federation__)\w/m.test(sdl)
}
