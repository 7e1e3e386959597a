"""模拟: a basin and a seed in; field stations that speak their protocols, and a river of their own, out."""
