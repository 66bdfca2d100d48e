// Nobody asks anything of Analytics: it only listens. This project is here so that it can be asked one day without a new wall.
