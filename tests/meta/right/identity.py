# %% a view or a new array
def identity(x):
    return np.asarray(x)


# %% adds nothing
def identity(x):
    return np.asarray(x) + 0


# %% unary plus, in a lambda
identity = lambda x: +np.array(x)


# %% multiplies by one, in a class that prints
import sys


class Identity:
    def __call__(self, x, scale=1):
        print("identity", file=sys.stderr)
        return np.multiply(x, scale)


identity = Identity()
