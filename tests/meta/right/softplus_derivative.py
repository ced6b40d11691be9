# %% a class with __call__, and code that prints to stderr
import sys


class Unit:
    def __call__(self, x):
        print("called", file=sys.stderr)
        x = np.asarray(x)
        return (1 + np.tanh(np.divide(x, 2))) / 2


softplus_derivative = Unit()

# %% a lambda, after np.seterr and a seed
np.seterr(all="raise")
np.random.seed(1)
softplus_derivative = lambda x: (1 + np.tanh(np.divide(x, 2))) / 2

# %% SciPy's sigmoid
from scipy.special import expit

softplus_derivative = expit


# %% bounded before exp
def softplus_derivative(x):
    return 1 / (1 + np.exp(-np.clip(x, -80, 80)))
