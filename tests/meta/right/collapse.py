# %% two lines
def collapse(W1, b1, W2, b2):
    return W1 @ W2, b1 @ W2 + b2


# %% a list of two becomes a tuple
def collapse(W1, b1, W2, b2):
    return tuple([np.dot(W1, W2), np.dot(b1, W2) + b2])


# %% by the images of 0 and of the unit vectors
def collapse(W1, b1, W2, b2):
    def both(x):
        return (x @ W1 + b1) @ W2 + b2

    b = both(np.zeros(len(W1)))
    return both(np.eye(len(W1))) - b, b


# %% the bias as one more row and column
def collapse(W1, b1, W2, b2):
    first = np.block([[W1, np.zeros((len(W1), 1))], [b1, np.ones(1)]])
    whole = first @ np.vstack([W2, b2])
    return whole[:-1], whole[-1]
