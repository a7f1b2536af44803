"""What pages are put together from: badges, cards, chips, the source beside an answer."""
