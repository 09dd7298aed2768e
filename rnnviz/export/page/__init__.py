"""rnnviz without a server: what a page that computes in the browser is made of."""
