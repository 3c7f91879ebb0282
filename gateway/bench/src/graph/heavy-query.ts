/** Seven fetches (two at the root, five of entities) over four subgraphs; the answer is about 78 kB. */
export const HEAVY_QUERY = `
  fragment User on User { id username name }
  fragment Review on Review { id body }
  fragment Product on Product { inStock name price shippingEstimate upc weight }
  query Heavy {
    users { ...User reviews { ...Review product { ...Product
      reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } } }
    topProducts { ...Product
      reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
  }`
