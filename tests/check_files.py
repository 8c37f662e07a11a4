# How the checks of outputs are called: with files that are to be right, and what each has is printed; or, after --rejects,
# with damaged ones, each of which must be found wrong.
import sys


def check_files(check):
    rejects = sys.argv[1] == '--rejects'
    for path in sys.argv[2:] if rejects else sys.argv[1:]:
        try:
            said = check(path)
        except SystemExit as wrong:
            if not rejects:
                sys.exit(f'{path}: {wrong}')
        else:
            if rejects:
                sys.exit(f'{path} is accepted: {said}')
            print(said)
