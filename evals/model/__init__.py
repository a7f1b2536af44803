"""A model beside the offline answer: a scriptable endpoint on the loopback, the liar that it can play, the comparison."""
