"""孪生: a river described in; water, what it carries, and what may still be done, out."""
