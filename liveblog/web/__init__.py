"""HTTP: pages, the public reading addresses, the write API. Only here are statuses known."""
