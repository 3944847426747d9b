"""Access points: the channels of communes, from which coverage is drawn."""
